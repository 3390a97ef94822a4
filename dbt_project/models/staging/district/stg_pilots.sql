{{ staged('pilots') }}
