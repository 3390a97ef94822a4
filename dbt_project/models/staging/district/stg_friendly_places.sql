{{ staged('friendly_places') }}
