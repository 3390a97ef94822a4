{{ staged('platform_sites') }}
