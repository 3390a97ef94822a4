-- One row per result of a candidate's entry in an examination.
select
    {{ surrogate_key(['provider_code', 'candidate_no']) }} as result_key,
    candidate_no,
    id_card_pseudonym,
    exam_year,
    level,
    papers_taken,
    papers_passed,
    passed_all,
    provider_type,
    provider_code,
    _delivery_id,
    _sheet,
    _source_row
from {{ ref('stg_exam_results') }}
where row_status = 'current'
