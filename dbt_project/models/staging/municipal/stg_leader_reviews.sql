{{ staged('leader_reviews') }}
