import pyarrow.dataset as ds

answer = (
    ds.dataset("events.parquet")
    .to_table(
        columns=["event_id", "supplier_id", "recipient_id", "support_type", "affirmed_by", "denied_by", "n_claims"],
        filter=ds.field("status") == "contested",
    )
    .sort_by("event_id")
)
