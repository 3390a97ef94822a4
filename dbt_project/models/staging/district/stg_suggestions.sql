{{ staged('suggestions') }}
