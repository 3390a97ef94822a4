{{ staged('association_services') }}
