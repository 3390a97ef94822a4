{{ staged('member_transfers') }}
