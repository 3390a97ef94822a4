{{ staged('association_profiles') }}
