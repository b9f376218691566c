"""Groups near-duplicates: MinHash signatures of word 5-shingles, banding to find pairs, union-find to join them.

Broder, A. (1997), On the resemblance and containment of documents; Leskovec, Rajaraman and Ullman (2014), Mining of
Massive Datasets, chapter 3.
"""

from __future__ import annotations

import re
from functools import cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

N_PERMUTATIONS = 128
SHINGLE_WORDS = 5
THRESHOLD = 0.7
"""Estimated Jaccard similarity from which two articles are one story; docs/ingest.md says why."""
BANDS, ROWS = 32, 4
"""32 bands of 4 values: a pair at the threshold shares a band with probability 1 - (1 - .7**4)**32 = .9998."""
WINDOW = 256
"""Members of one bucket compared with each: bounds the work where thousands share a boilerplate."""
# Scripts that write no spaces count each character as a word.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|[^\W_]+")
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

Ids = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]
Signatures = npt.NDArray[np.uint32]


@cache
def _permutations() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    from datasketch import MinHash

    first, second = MinHash(num_perm=N_PERMUTATIONS, seed=1, scheme="affine32").permutations
    return first, second


def signature(body: str) -> bytes:
    """MinHash signature of a text: `N_PERMUTATIONS` unsigned 32-bit values, little-endian."""
    # It imports much of scipy, which a run that finds nothing new can do without.
    from datasketch import MinHash

    sketch = MinHash(N_PERMUTATIONS, hashfunc=int, permutations=_permutations(), scheme="affine32")
    sketch.update_batch(_shingles(body).tolist())
    return bytes(sketch.hashvalues.astype("<u4").tobytes())


def _shingles(body: str) -> npt.NDArray[np.uint32]:
    """Hashes of all runs of `SHINGLE_WORDS` words; of the whole text where it is shorter."""
    words = WORD.findall(body.casefold())
    hashes = np.fromiter((crc32(word.encode()) for word in words), dtype=np.uint64, count=len(words))
    width = max(1, min(SHINGLE_WORDS, len(words)))
    n_shingles = max(0, len(words) - width + 1)
    joined = np.zeros(n_shingles, dtype=np.uint64)
    for place in range(width):
        joined = joined * MULTIPLIER + hashes[place : place + n_shingles]
    return np.unique((joined * MULTIPLIER >> np.uint64(32)).astype(np.uint32))


def story_ids(ids: Ids, signatures: Signatures) -> Ids:
    """For each article the smallest id of its group of near-duplicates (its own id where it has none).

    `ids` are sorted and unique; `signatures` has one row of `N_PERMUTATIONS` values an article. Only one band is
    indexed at a time, so the memory needed beside the signatures is some tens of bytes an article.
    """
    parents = np.arange(len(ids))
    for band in range(BANDS):
        values = np.ascontiguousarray(signatures[:, band * ROWS : (band + 1) * ROWS]).view(np.uint64)
        keys = values[:, 0] * MULTIPLIER ^ values[:, 1]
        order = np.argsort(keys, kind="stable")
        bounds = np.concatenate(([0], np.flatnonzero(np.diff(keys[order])) + 1, [len(order)]))
        for run in np.flatnonzero(np.diff(bounds) > 1).tolist():
            _join_bucket(order[bounds[run] : bounds[run + 1]], signatures, parents)
        parents = _roots(parents)
    return ids[parents]


def _join_bucket(members: Places, signatures: Signatures, parents: Places) -> None:
    known = parents[members]
    for place, member in enumerate(members.tolist()):
        window = slice(place + 1, place + 1 + WINDOW)
        # What an earlier band has joined is not compared again.
        others = members[window][known[window] != known[place]]
        if len(others) == 0:
            continue
        similarity = (signatures[others] == signatures[member]).mean(axis=1)
        for other in others[similarity >= THRESHOLD].tolist():
            first, second = sorted((_root(parents, member), _root(parents, other)))
            parents[second] = first


def _root(parents: Places, place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = int(parents[place])
    return place


def _roots(parents: Places) -> Places:
    """Every place with its root as its parent."""
    while not np.array_equal(above := parents[parents], parents):
        parents = above
    return parents
