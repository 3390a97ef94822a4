{{ staged('care_benefits') }}
