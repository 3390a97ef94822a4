{{ staged('review_lookbacks') }}
