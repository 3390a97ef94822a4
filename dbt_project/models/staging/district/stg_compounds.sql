{{ staged('compounds') }}
