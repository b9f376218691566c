from pyspark.sql import SparkSession

spark = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
claims, events = spark.read.parquet("claims.parquet"), spark.read.parquet("events.parquet")
answer = (
    claims.where("factuality = 'denied'")
    .join(events.select("event_id", "status", "affirmed_by"), "event_id")
    .withColumnRenamed("claimant_id", "denied_by")
    .select("claim_id", "denied_by", "supplier_id", "recipient_id", "support_type", "status", "affirmed_by")
    .orderBy("claim_id")
)
