-- Which row of events ended which, and how: one row per row that was superseded by a later one of its key.
with {% for contract in feeds() if contract.mode != 'snapshot' %}
{{ contract.feed }} as (
    select
        '{{ contract.feed }}' as feed,
        '{{ contract.mode }}' as feed_mode,
        provider_type,
        provider_code,
        {{ surrogate_text(contract.key) }} as record_key,
        row_status,
        withdrawn as takes_back,
        _delivery_id,
        _sheet,
        _source_row,
        lead(_delivery_id) over first_to_last as ended_by_delivery_id,
        lead(_sheet) over first_to_last as ended_by_sheet,
        lead(_source_row) over first_to_last as ended_by_source_row,
        lead(withdrawn) over first_to_last as is_taken_back
    from {{ ref('stg_' ~ contract.feed) }} as of_key
    where
        row_status <> 'duplicate'
        and exists (
            select 1 from {{ ref('stg_' ~ contract.feed) }} as ended
            where
                ended.row_status = 'superseded'
                {%- for column in ['provider_type', 'provider_code'] + contract.key %}
                and ended.{{ column }} = of_key.{{ column }}
                {%- endfor %}
        )
    window first_to_last as (
        partition by provider_type, provider_code, {{ contract.key | join(', ') }}
        order by {{ delivery_order('asc', delivery_id='_delivery_id') }}, length(_sheet), _sheet, _source_row
    )
),
{% endfor %}
compared as (
    {%- for contract in feeds() if contract.mode != 'snapshot' %}
    select * from {{ contract.feed }}
    where row_status = 'superseded' and ended_by_delivery_id is not null
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    feed,
    provider_type,
    provider_code,
    record_key,
    case
        when takes_back then 'restored'
        when is_taken_back then 'withdrawn'
        when feed_mode = 'append' then 'corrected'
        else 'followed_up'
    end as ended_how,
    _delivery_id,
    _sheet,
    _source_row,
    ended_by_delivery_id,
    ended_by_sheet,
    ended_by_source_row
from compared
