"""Damages of files: in a staged release before it is validated, and in a sealed release long after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.expectations.damages.draft import register


def _rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(path)), path)


def _metadata(path: Path, **values: str) -> None:
    encoded = {key.encode(): value.encode() for key, value in values.items()}
    _rewrite(path, lambda rows: rows.replace_schema_metadata({**rows.schema.metadata, **encoded}))


def _cast(path: Path, column: str, kind: pa.DataType) -> None:
    def change(rows: pa.Table) -> pa.Table:
        place = rows.schema.get_field_index(column)
        return rows.set_column(place, pa.field(column, kind), rows[column].cast(kind))

    _rewrite(path, change)


def _manifest(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "release.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


@register("staged")
def table_missing(folder: Path) -> None:
    """claims.parquet is not there"""
    (folder / "claims.parquet").unlink()


@register("staged")
def table_truncated(folder: Path) -> None:
    """claims.parquet ends half-way"""
    path = folder / "claims.parquet"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@register("staged")
def table_of_no_bytes(folder: Path) -> None:
    """events.parquet has no bytes"""
    (folder / "events.parquet").write_bytes(b"")


@register("staged")
def table_is_text(folder: Path) -> None:
    """events.parquet holds CSV"""
    (folder / "events.parquet").write_text("event_id,status\ne1,affirmed\n")


@register("staged")
def table_is_another(folder: Path) -> None:
    """claims.parquet is a copy of claims_nonstate.parquet"""
    (folder / "claims.parquet").write_bytes((folder / "claims_nonstate.parquet").read_bytes())


@register("staged")
def column_missing(folder: Path) -> None:
    """claims.parquet has no factuality"""
    _rewrite(folder / "claims.parquet", lambda rows: rows.drop_columns(["factuality"]))


@register("staged")
def column_too_many(folder: Path) -> None:
    """claims.parquet has a column that is not declared"""
    _rewrite(folder / "claims.parquet", lambda rows: rows.append_column("score", rows["confidence"]))


@register("staged")
def column_renamed(folder: Path) -> None:
    """claims.parquet calls recipient_id receiver_id"""

    def change(rows: pa.Table) -> pa.Table:
        return rows.rename_columns({"recipient_id": "receiver_id"})

    _rewrite(folder / "claims.parquet", change)


@register("staged")
def offsets_as_floats(folder: Path) -> None:
    """claims.parquet has offsets of type float64"""
    _cast(folder / "claims.parquet", "evidence_start", pa.float64())


@register("staged")
def days_as_text(folder: Path) -> None:
    """claims.parquet has event dates of type string"""
    _cast(folder / "claims.parquet", "event_start_date", pa.string())


@register("staged")
def times_without_zone(folder: Path) -> None:
    """articles.parquet has times without their time zone"""
    _cast(folder / "articles.parquet", "published_at", pa.timestamp("us"))


@register("staged")
def strings_as_dictionary(folder: Path) -> None:
    """claims.parquet has stages of a dictionary type"""
    _rewrite(
        folder / "claims.parquet",
        lambda rows: rows.set_column(rows.schema.get_field_index("stage"), "stage", rows["stage"].dictionary_encode()),
    )


@register("staged")
def metadata_of_another_release(folder: Path) -> None:
    """events.parquet says that it belongs to an older release"""
    _metadata(folder / "events.parquet", release_version="2020.01.01-00000000")


@register("staged")
def metadata_of_another_schema(folder: Path) -> None:
    """all files say that they have another schema version"""
    for path in folder.glob("*.parquet"):
        _metadata(path, schema_version="9.9.9")


@register("staged")
def metadata_of_another_extractor(folder: Path) -> None:
    """all files name another extractor than the claims do"""
    for path in folder.glob("*.parquet"):
        _metadata(path, extractor_version="0")


@register("staged")
def metadata_lost(folder: Path) -> None:
    """claims.parquet was rewritten without its metadata"""
    _rewrite(folder / "claims.parquet", lambda rows: rows.replace_schema_metadata(None))


@register("sealed")
def file_changed_after_sealing(folder: Path) -> None:
    """a byte in the middle of claims.parquet differs"""
    path = folder / "claims.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(bytes(content))


@register("sealed")
def file_truncated_after_sealing(folder: Path) -> None:
    """articles.parquet was cut off while it was copied"""
    path = folder / "articles.parquet"
    path.write_bytes(path.read_bytes()[:-100])


@register("sealed")
def document_edited_after_sealing(folder: Path) -> None:
    """a word of README.md was changed"""
    path = folder / "README.md"
    path.write_text(path.read_text(encoding="utf-8").replace("claim", "fact", 1), encoding="utf-8")


@register("sealed")
def file_lost(folder: Path) -> None:
    """DATA_DICTIONARY.md is gone"""
    (folder / "DATA_DICTIONARY.md").unlink()


@register("sealed")
def file_added(folder: Path) -> None:
    """a file lies there that was not sealed"""
    (folder / "claims_fixed.parquet").write_bytes((folder / "claims.parquet").read_bytes())


@register("sealed")
def manifest_missing(folder: Path) -> None:
    """release.json is gone"""
    (folder / "release.json").unlink()


@register("sealed")
def manifest_cut_off(folder: Path) -> None:
    """release.json ends half-way"""
    path = folder / "release.json"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@register("sealed")
def manifest_hash_stale(folder: Path) -> None:
    """release.json has an old hash of events.parquet"""
    _manifest(folder, lambda manifest: manifest["files"]["events.parquet"].update(sha256="0" * 64))


@register("sealed")
def manifest_rows_wrong(folder: Path) -> None:
    """release.json counts a row too many"""
    _manifest(
        folder, lambda manifest: manifest["tables"]["claims"].update(rows=manifest["tables"]["claims"]["rows"] + 1)
    )


@register("sealed")
def manifest_table_lost(folder: Path) -> None:
    """release.json does not tell of rejects"""
    _manifest(folder, lambda manifest: manifest["tables"].pop("rejects"))


@register("sealed")
def manifest_key_wrong(folder: Path) -> None:
    """release.json names another primary key of claims"""
    _manifest(folder, lambda manifest: manifest["tables"]["claims"].update(primary_key=["article_id"]))


@register("sealed")
def manifest_of_another_version(folder: Path) -> None:
    """release.json has another version than the files"""
    _manifest(folder, lambda manifest: manifest.update(version="2020.01.01-00000000"))


@register("sealed")
def manifest_of_another_schema(folder: Path) -> None:
    """release.json has another schema version than the files"""
    _manifest(folder, lambda manifest: manifest.update(schema_version="9.9.9"))


@register("sealed")
def table_replaced_and_hash_mended(folder: Path) -> None:
    """claims.parquet lost a row, and its hashes, sizes and counts were mended everywhere"""
    path = folder / "claims.parquet"
    _rewrite(path, lambda rows: rows.slice(1))
    _mend(folder, "claims")


def _mend(folder: Path, table: str) -> None:
    path = folder / f"{table}.parquet"
    facts = {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["path"] == path.name:
            resource.update(bytes=facts["bytes"], hash=f"sha256:{facts['sha256']}")
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    content = (folder / "datapackage.json").read_bytes()

    def change(manifest: dict[str, Any]) -> None:
        manifest["files"][path.name] = facts
        manifest["files"]["datapackage.json"] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        manifest["tables"][table].update(facts, rows=pq.read_metadata(path).num_rows)

    _manifest(folder, change)


@register("sealed")
def data_package_stale(folder: Path) -> None:
    """datapackage.json has an old hash, and was sealed so"""
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["resources"][0]["hash"] = "sha256:" + "0" * 64
    path.write_text(json.dumps(package), encoding="utf-8")
    facts = {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    _manifest(folder, lambda manifest: manifest["files"].update({"datapackage.json": facts}))


@register("sealed", unseen="nothing else in a release tells when it was published")
def manifest_time_wrong(folder: Path) -> None:
    """release.json has another time of publishing"""
    _manifest(folder, lambda manifest: manifest.update(created_at="1999-01-01T00:00:00+00:00"))
