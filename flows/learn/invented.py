"""Reads the articles that were invented for training, with their coded claims; none of them is ever evaluated on.

A file holds articles, one sentence a line, an empty line between paragraphs:

    ### A07 | wire | 2023-03-14 | Headline
    > USA UKR air_defence pledged
    First sentence.
    > USA UKR air_defence pledged affirmed USA implied

A line with `>` is a claim of the sentence (or headline) above it: supplier, recipient, support type and stage, then
factuality and claimant where they are not `affirmed` and `AUTHOR`, then `implied` and `via_company` where they hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from flows.extract.context import Article
from flows.extract.network import FACTUALITIES, FLAGS, SPECIAL_CLAIMANTS, STAGES, TYPES
from flows.learn.gold import Claim
from schemas.lexicons import actor_lexicon

DEFAULTS = ("affirmed", "AUTHOR")
FOLDER = Path(__file__).parent / "invented"


def invented_articles(folder: Path = FOLDER) -> list[tuple[Article, list[Claim]]]:
    """The articles of all files of a folder with their claims. ValueError names the file and line of what is wrong."""
    return [coded for path in sorted(folder.glob("*.txt")) for coded in _read(path)]


def _read(path: Path) -> Iterator[tuple[Article, list[Claim]]]:
    blocks: list[list[tuple[str, str]]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}, line {number}"
        if line.startswith("### "):
            blocks.append([])
        elif not blocks and line.strip():
            raise ValueError(f"{where}: text before the first article")
        if blocks:
            blocks[-1].append((where, line.strip()))
    for block in blocks:
        yield _article(block)


def _article(lines: list[tuple[str, str]]) -> tuple[Article, list[Claim]]:
    where, header = lines[0]
    parts = [part.strip() for part in header.removeprefix("###").split("|", 3)]
    if len(parts) != 4:
        raise ValueError(f"{where}: a header has an id, a genre, a date and a headline")
    article_id, _, day, title = parts
    paragraphs: list[list[str]] = [[]]
    claims: list[Claim] = []
    sentence = title
    for place, line in lines[1:]:
        if line.startswith(">"):
            claims.append({**_claim(place, line[1:].split()), "sentence": sentence})
        elif line:
            sentence = line
            paragraphs[-1].append(line)
        else:
            paragraphs.append([])
    body = "\n\n".join(" ".join(sentences) for sentences in paragraphs if sentences)
    published = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return Article(f"invented-{article_id}", title, f"{title}\n\n{body}", published), claims


def _claim(where: str, words: list[str]) -> Claim:
    flags = dict.fromkeys(FLAGS, False)
    while words and words[-1] in flags:
        flags[words.pop()] = True
    if not 4 <= len(words) <= 6:
        raise ValueError(f"{where}: a claim has four codes, then perhaps factuality and claimant")
    supplier, recipient, support_type, stage, factuality, claimant = [*words, *DEFAULTS[len(words) - 4 :]]
    checks = (
        (supplier, _is_actor(supplier)),
        (recipient, _is_actor(recipient) and recipient != supplier),
        (support_type, support_type in TYPES),
        (stage, stage in STAGES),
        (factuality, factuality in FACTUALITIES),
        (claimant, claimant in SPECIAL_CLAIMANTS or _is_actor(claimant)),
    )
    for code, is_known in checks:
        if not is_known:
            raise ValueError(f"{where}: {code!r} is no code of its place")
    return {
        "supplier": supplier,
        "recipient": recipient,
        "support_type": support_type,
        "stage": stage,
        "factuality": factuality,
        "claimant": claimant,
        **flags,
    }


def _is_actor(code: str) -> bool:
    known = {actor.actor_id for actor in actor_lexicon().actors} | {"UNK"}
    return code in known or code.startswith("NSA:")
