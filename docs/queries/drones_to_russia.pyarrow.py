import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

drones = ds.dataset("claims.parquet").to_table(
    columns=["claim_id", "article_id", "supplier_id", "reported_at"],
    filter=(ds.field("recipient_id") == "RUS")
    & (ds.field("support_type") == "drones")
    & (ds.field("stage_group") == "delivered")
    & (ds.field("factuality") == "affirmed")
    & ds.field("reported_at").is_valid(),
)
stories = ds.dataset("articles.parquet").to_table(columns=["article_id", "story_id"])
month = pc.floor_temporal(drones["reported_at"], unit="month").cast(pa.timestamp("us")).cast(pa.date32())
answer = (
    drones.append_column("month", month)
    .join(stories, keys="article_id")
    .group_by(["month", "supplier_id"])
    .aggregate([("claim_id", "count"), ("story_id", "count_distinct")])
    .rename_columns(["month", "supplier_id", "n_claims", "n_stories"])
    .sort_by([("month", "ascending"), ("supplier_id", "ascending")])
)
