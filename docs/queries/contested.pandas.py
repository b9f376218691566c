import pandas as pd

events = pd.read_parquet("events.parquet", dtype_backend="pyarrow")
answer = events[events["status"] == "contested"].sort_values("event_id")[
    ["event_id", "supplier_id", "recipient_id", "support_type", "affirmed_by", "denied_by", "n_claims"]
]
