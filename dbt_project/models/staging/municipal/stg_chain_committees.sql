{{ staged('chain_committees') }}
