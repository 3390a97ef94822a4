{{ staged('volunteers') }}
