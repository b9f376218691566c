"""Makes the release tables `actors` and `systems` from the lexicons: who and what the rows of a release name."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from flows.link.events import NONSTATE_PREFIX
from schemas.tables import table

LEXICONS = Path(__file__).resolve().parents[2] / "schemas" / "lexicons"
SPECIAL_CLAIMANTS = ("AUTHOR", "MEDIA", "ANALYST", "UNK")
"""Published whether or not a row names them, so that the codes a user may meet are always explained."""


def actors_table(claims: pl.DataFrame, systems: pl.DataFrame, lexicons: Path = LEXICONS) -> pl.DataFrame:
    """The actors that some row names, and the special claimants.

    A non-state actor that the lexicon does not know gets a row of kind `nonstate` under its own name. Any other unknown
    code gets none, so that the foreign keys of the release fail.
    """
    known = pl.concat([_actors(lexicons), _nonstate(lexicons)]).unique("actor_id", keep="first", maintain_order=True)
    named = _named_actors(claims, systems)
    newcomers = named.filter(pl.col("actor_id").str.starts_with(NONSTATE_PREFIX)).join(known, on="actor_id", how="anti")
    text = pl.lit(None, dtype=pl.String)
    added = newcomers.select(
        "actor_id",
        pl.col("actor_id").str.strip_prefix(NONSTATE_PREFIX).alias("name"),
        pl.lit("nonstate").alias("kind"),
        text.alias("iso2"),
        text.alias("region"),
    )
    return pl.concat([known.join(named, on="actor_id", how="semi"), added]).sort("actor_id")


def systems_table(lexicons: Path = LEXICONS) -> pl.DataFrame:
    """All weapon systems that the pipeline knows."""
    columns = table("systems").column_names
    return _lexicon(lexicons / "systems.csv", columns).unique("system_id", keep="first").sort("system_id")


def _named_actors(claims: pl.DataFrame, systems: pl.DataFrame) -> pl.DataFrame:
    columns = [claims[name] for name in ("supplier_id", "recipient_id", "claimant_id", "intermediary_id")]
    columns += [claims["source_chain"].explode(), systems["maker_id"], pl.Series(SPECIAL_CLAIMANTS)]
    ids = pl.concat([column.cast(pl.String).alias("actor_id") for column in columns])
    return ids.drop_nulls().unique().to_frame()


def _actors(lexicons: Path) -> pl.DataFrame:
    return _lexicon(lexicons / "actors.csv", table("actors").column_names)


def _nonstate(lexicons: Path) -> pl.DataFrame:
    text = pl.lit(None, dtype=pl.String)
    read = _lexicon(lexicons / "nonstate.csv", ["actor_id", "name"])
    return read.select("actor_id", "name", pl.lit("nonstate").alias("kind"), text.alias("iso2"), text.alias("region"))


def _lexicon(path: Path, columns: list[str]) -> pl.DataFrame:
    """The columns of a lexicon file, all as text, blanks as null; ValueError names a column that the file lacks.

    The values themselves are checked where the lexicons are loaded, and again by the suites of the release.
    """
    read = pl.read_csv(path, infer_schema=False, null_values=[""])
    lacking = [column for column in columns if column not in read.columns]
    if lacking:
        raise ValueError(f"{path}: lacks column {lacking[0]}; its header must hold {', '.join(columns)}")
    return read.select(columns)
