SELECT date_trunc('month', c.reported_at AT TIME ZONE 'UTC')::DATE AS month,
       c.supplier_id,
       count(*) AS n_claims,
       count(DISTINCT a.story_id) AS n_stories
FROM 'claims.parquet' c
JOIN 'articles.parquet' a USING (article_id)
WHERE c.recipient_id = 'RUS' AND c.support_type = 'drones'
  AND c.stage_group = 'delivered' AND c.factuality = 'affirmed'
  AND c.reported_at IS NOT NULL
GROUP BY month, c.supplier_id
ORDER BY month, c.supplier_id;
