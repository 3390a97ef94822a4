{{ staged('enterprises') }}
