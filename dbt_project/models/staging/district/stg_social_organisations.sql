{{ staged('social_organisations') }}
