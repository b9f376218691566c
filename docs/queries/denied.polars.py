import polars as pl

claims, events = pl.scan_parquet("claims.parquet"), pl.scan_parquet("events.parquet")
answer = (
    claims.filter(factuality="denied")
    .join(events.select("event_id", "status", "affirmed_by"), on="event_id")
    .select(
        "claim_id",
        pl.col("claimant_id").alias("denied_by"),
        "supplier_id",
        "recipient_id",
        "support_type",
        "status",
        "affirmed_by",
    )
    .sort("claim_id")
    .collect()
)
