-- Results of the yearly examination for social workers:
-- one row per row as delivered; a key seen before from its provider is a duplicate.
with delivered as (
    select
        candidate_no,
        id_card_pseudonym,
        exam_year,
        level,
        papers_taken,
        papers_passed,
        passed_all,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'exam_results') }}
)

{{ with_row_status('delivered', mode='append', keys=['candidate_no']) }}
