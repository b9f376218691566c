from pyspark.sql import SparkSession

spark = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
answer = (
    spark.read.parquet("events.parquet")
    .where("status = 'contested'")
    .select("event_id", "supplier_id", "recipient_id", "support_type", "affirmed_by", "denied_by", "n_claims")
    .orderBy("event_id")
)
