{{ staged('appeals') }}
