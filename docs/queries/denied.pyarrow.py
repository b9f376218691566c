import pyarrow as pa
import pyarrow.dataset as ds

denied = (
    ds.dataset("claims.parquet")
    .to_table(
        columns=["claim_id", "claimant_id", "supplier_id", "recipient_id", "support_type", "event_id"],
        filter=ds.field("factuality") == "denied",
    )
    .sort_by("claim_id")
)
events = ds.dataset("events.parquet").to_table(columns=["event_id", "status", "affirmed_by"])
# Arrow's own join does not carry lists, so the rows of the events are looked up.
place = {event_id: row for row, event_id in enumerate(events["event_id"].to_pylist())}
joined = events.take(pa.array([place[event_id] for event_id in denied["event_id"].to_pylist()], pa.int64()))
answer = (
    denied.drop_columns(["event_id"])
    .rename_columns(["claim_id", "denied_by", "supplier_id", "recipient_id", "support_type"])
    .append_column("status", joined["status"])
    .append_column("affirmed_by", joined["affirmed_by"])
)
