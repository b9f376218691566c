SELECT c.claim_id, c.claimant_id AS denied_by, c.supplier_id, c.recipient_id, c.support_type,
       e.status, e.affirmed_by
FROM 'claims.parquet' c
JOIN 'events.parquet' e USING (event_id)
WHERE c.factuality = 'denied'
ORDER BY c.claim_id;
