{{ staged('service_records') }}
