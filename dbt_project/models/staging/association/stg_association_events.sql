{{ staged('association_events') }}
