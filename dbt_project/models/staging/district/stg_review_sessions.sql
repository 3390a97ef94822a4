{{ staged('review_sessions') }}
