import polars as pl

claims, articles = pl.scan_parquet("claims.parquet"), pl.scan_parquet("articles.parquet")
answer = (
    claims.filter(recipient_id="RUS", support_type="drones", stage_group="delivered", factuality="affirmed")
    .filter(pl.col("reported_at").is_not_null())
    .join(articles, on="article_id")
    .group_by(pl.col("reported_at").dt.truncate("1mo").dt.date().alias("month"), "supplier_id")
    .agg(pl.len().alias("n_claims"), pl.col("story_id").n_unique().alias("n_stories"))
    .sort("month", "supplier_id")
    .collect()
)
