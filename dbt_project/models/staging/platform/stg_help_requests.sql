{{ staged('help_requests') }}
