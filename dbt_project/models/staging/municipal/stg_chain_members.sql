{{ staged('chain_members') }}
