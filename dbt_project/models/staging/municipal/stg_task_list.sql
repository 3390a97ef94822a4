{{ staged('task_list') }}
