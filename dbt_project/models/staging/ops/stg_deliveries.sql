select
    delivery_id,
    feed,
    provider_type,
    provider_code,
    file_name,
    sha256,
    delivered_on,
    delivery_sequence,
    received_at,
    is_page_set,
    covers_from,
    state_on,
    status,
    reason,
    rows_read,
    lines_set_aside,
    accepted as rows_accepted,
    quarantined as rows_quarantined,
    status = 'accepted' and row_number() over (
        partition by feed, provider_type, provider_code, status
        order by {{ delivery_order('desc') }}
    ) = 1 as is_in_force
from {{ source('ops', 'deliveries') }}
