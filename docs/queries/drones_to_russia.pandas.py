import pandas as pd

claims = pd.read_parquet("claims.parquet", dtype_backend="pyarrow")
articles = pd.read_parquet("articles.parquet", dtype_backend="pyarrow")
drones = claims[
    (claims["recipient_id"] == "RUS")
    & (claims["support_type"] == "drones")
    & (claims["stage_group"] == "delivered")
    & (claims["factuality"] == "affirmed")
    & claims["reported_at"].notna()
].merge(articles[["article_id", "story_id"]], on="article_id")
first_day = drones["reported_at"].dt.strftime("%Y-%m-01")
answer = (
    drones.assign(month=pd.to_datetime(first_day).dt.date)
    .groupby(["month", "supplier_id"], as_index=False)
    .agg(n_claims=("claim_id", "size"), n_stories=("story_id", "nunique"))
    .sort_values(["month", "supplier_id"])
)
