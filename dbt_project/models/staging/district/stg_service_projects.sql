{{ staged('service_projects') }}
