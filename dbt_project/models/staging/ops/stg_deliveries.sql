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
    covers_from,
    status,
    reason,
    rows_read,
    accepted as rows_accepted,
    quarantined as rows_quarantined,
    status = 'accepted' and row_number() over (
        partition by feed, provider_type, provider_code, status
        order by
            delivered_on desc nulls last,
            delivery_sequence desc nulls last,
            file_name desc nulls last,
            delivery_id desc nulls last
    ) = 1 as is_in_force
from {{ source('ops', 'deliveries') }}
