with deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

staged_rows as (
    select
        delivery_id,
        cast(sum(row_count) filter (where row_status = 'current') as bigint) as rows_current,
        cast(sum(row_count) filter (where row_status = 'superseded') as bigint) as rows_superseded,
        cast(sum(row_count) filter (where row_status = 'duplicate') as bigint) as rows_duplicate
    from {{ ref('int_staged_rows') }}
    group by all
)

select
    deliveries.delivery_id,
    deliveries.feed,
    deliveries.provider_type,
    deliveries.provider_code,
    deliveries.file_name,
    deliveries.sha256,
    deliveries.delivered_on,
    deliveries.received_at,
    deliveries.status,
    deliveries.reason,
    cast(deliveries.rows_read as bigint) as rows_read,
    cast(deliveries.lines_set_aside as bigint) as lines_set_aside,
    coalesce(staged_rows.rows_current, 0) + coalesce(staged_rows.rows_superseded, 0) as accepted,
    cast(
        case deliveries.status
            when 'accepted' then deliveries.rows_quarantined
            when 'rejected' then deliveries.rows_read
            else 0
        end as bigint
    ) as quarantined,
    case
        when deliveries.status = 'repeated' then cast(deliveries.rows_read as bigint)
        else coalesce(staged_rows.rows_duplicate, 0)
    end as duplicate,
    coalesce(staged_rows.rows_current, 0) as rows_current,
    coalesce(staged_rows.rows_superseded, 0) as rows_superseded
from deliveries
left join staged_rows
    on deliveries.delivery_id = staged_rows.delivery_id
