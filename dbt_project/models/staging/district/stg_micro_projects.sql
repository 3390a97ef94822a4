{{ staged('micro_projects') }}
