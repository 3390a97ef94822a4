{{ staged('exam_results') }}
