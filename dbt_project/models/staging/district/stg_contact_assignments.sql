{{ staged('contact_assignments') }}
