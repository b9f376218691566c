from pyspark.sql import SparkSession
from pyspark.sql.functions import count, count_distinct, trunc

spark = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
claims, articles = spark.read.parquet("claims.parquet"), spark.read.parquet("articles.parquet")
answer = (
    claims.where("recipient_id = 'RUS' AND support_type = 'drones'")
    .where("stage_group = 'delivered' AND factuality = 'affirmed' AND reported_at IS NOT NULL")
    .join(articles.select("article_id", "story_id"), "article_id")
    .groupBy(trunc("reported_at", "month").alias("month"), "supplier_id")
    .agg(count("*").alias("n_claims"), count_distinct("story_id").alias("n_stories"))
    .orderBy("month", "supplier_id")
)
