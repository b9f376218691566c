"""A digest of what tables say, whatever writer, compression or Arrow layout they came from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

STEP = 65_536
"""Rows digested at a time; part of the definition, as each step is framed on its own."""


def table_digest(table: pa.Table) -> str:
    """SHA-256 (hex) over column names, types, rows in their order, and nulls. Descriptions do not count."""
    digest = hashlib.sha256()
    for field in table.schema:
        digest.update(f"{field.name}:{field.type}\n".encode())
    for start in range(0, table.num_rows, STEP):
        rows = table.slice(start, STEP).combine_chunks()
        for column in rows.columns:
            array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
            for part in _parts(array):
                digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


def _parts(array: pa.Array) -> list[bytes]:
    """The values of an array as bytes that do not depend on offsets, buffers or what lies under a null."""
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if pa.types.is_list(array.type):
        lengths = pc.fill_null(pc.list_value_length(array), -1)
        return [_raw(lengths, np.int32), *_parts(pc.list_flatten(array))]
    if pa.types.is_string(array.type):
        lengths = pc.fill_null(pc.binary_length(array), -1)
        return [_raw(lengths, np.int32), "".join(array.drop_null().to_pylist()).encode()]
    if pa.types.is_boolean(array.type):
        return [_raw(pc.fill_null(array.cast(pa.int8()), -1), np.int8)]
    validity = _raw(array.is_valid().cast(pa.int8()), np.int8)
    if pa.types.is_temporal(array.type):
        array = array.cast(pa.int32() if array.type.bit_width == 32 else pa.int64())
    return [validity, _raw(pc.fill_null(array, 0), array.type.to_pandas_dtype())]


def _raw(array: pa.Array, dtype: type[np.generic]) -> bytes:
    values: np.ndarray = array.to_numpy(zero_copy_only=False)
    return values.astype(dtype).tobytes()


def content_digest(tables: Mapping[str, str], schema_version: str, extractor_version: str) -> str:
    """SHA-256 (hex) of a release from the digests of its tables; says nothing of date, version or file bytes."""
    lines = [f"schema {schema_version}", f"extractor {extractor_version}"]
    lines += [f"{name} {digest}" for name, digest in sorted(tables.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
