{{ staged('volunteer_hours') }}
