-- Reviews of the proposed leaders of associations:
-- one row per row as delivered; a key seen before from its provider is a duplicate.
with delivered as (
    select
        review_id,
        association_uscc,
        person_id_card_pseudonym,
        post,
        reviewed_on,
        result,
        {{ provider_district() }} as district_code,
        {{ delivery_columns() }}
    from {{ source('raw', 'leader_reviews') }}
)

{{ with_row_status('delivered', mode='append', keys=['review_id']) }}
