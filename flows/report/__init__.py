"""Makes the report of a release: static charts with their figures as tables, in the release and in Prefect."""
