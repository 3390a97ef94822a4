{{ staged('instructors') }}
