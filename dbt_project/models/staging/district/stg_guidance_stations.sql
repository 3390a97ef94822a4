{{ staged('guidance_stations') }}
