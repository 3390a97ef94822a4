{{ staged('service_posts') }}
