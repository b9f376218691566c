"""Arrow schemas made from the table declarations: plain strings, no extension types, descriptions on the fields."""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from schemas.tables import table

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "list<string>": pa.list_(pa.field("element", pa.string())),
}


@cache
def arrow_schema(name: str) -> pa.Schema:
    """The Arrow schema of a table of the release."""
    fields = []
    for column in table(name).columns:
        said = {
            "description": column.description,
            "unit": column.unit,
            "vocabulary": column.vocabulary,
            "foreign_key": column.foreign_key,
        }
        metadata = {key: text for key, text in said.items() if text}
        fields.append(pa.field(column.name, ARROW_TYPES[column.type], nullable=column.nullable, metadata=metadata))
    return pa.schema(fields)


ARTICLE_TEXT_SCHEMA = pa.schema(
    [
        pa.field("article_id", pa.string(), nullable=False),
        pa.field("source_id", pa.string()),
        pa.field("url", pa.string()),
        pa.field("publisher", pa.string()),
        pa.field("title", pa.string()),
        pa.field("published_at", ARROW_TYPES["timestamp"]),
        pa.field("language", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("text_sha256", pa.string(), nullable=False),
        pa.field("n_chars", pa.int32(), nullable=False),
        pa.field("story_id", pa.string(), nullable=False),
        pa.field("corpus", pa.string(), nullable=False),
        pa.field("format", pa.string(), nullable=False),
    ]
)
"""What ingest hands to extract: the articles with their normalised text (title, blank line, body). Never published."""
