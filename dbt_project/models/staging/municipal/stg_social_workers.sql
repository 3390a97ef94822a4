{{ staged('social_workers') }}
