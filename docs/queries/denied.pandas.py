import pandas as pd

claims = pd.read_parquet("claims.parquet", dtype_backend="pyarrow")
events = pd.read_parquet("events.parquet", dtype_backend="pyarrow")
answer = (
    claims[claims["factuality"] == "denied"]
    .merge(events[["event_id", "status", "affirmed_by"]], on="event_id")
    .rename(columns={"claimant_id": "denied_by"})
    .sort_values("claim_id")[
        ["claim_id", "denied_by", "supplier_id", "recipient_id", "support_type", "status", "affirmed_by"]
    ]
)
