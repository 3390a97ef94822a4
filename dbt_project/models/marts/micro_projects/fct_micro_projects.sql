-- One row per micro-project, as last delivered.
select
    {{ surrogate_key(['provider_code', 'project_id']) }} as project_key,
    {{ foreign_key(['provider_code', 'compound_id']) }} as compound_key,
    project_id,
    name,
    project_class,
    beneficiary,
    compound_id,
    community,
    demanded_on,
    approved_on,
    started_on,
    finished_on,
    evaluated_on,
    budget_cny,
    score,
    district_code,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_micro_projects') }}
where row_status = 'current'
