import polars as pl

answer = (
    pl.scan_parquet("events.parquet")
    .filter(status="contested")
    .select("event_id", "supplier_id", "recipient_id", "support_type", "affirmed_by", "denied_by", "n_claims")
    .sort("event_id")
    .collect()
)
