{{ staged('review_orders') }}
