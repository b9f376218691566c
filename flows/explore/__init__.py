"""The explorer of a release: a static page that reads the release's Parquet files in the browser, and its server."""
