{{ staged('publicity_events') }}
