SELECT event_id, supplier_id, recipient_id, support_type, affirmed_by, denied_by, n_claims
FROM 'events.parquet'
WHERE status = 'contested'
ORDER BY event_id;
