{{ staged('instructor_visits') }}
