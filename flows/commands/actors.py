"""Turns what people type for an actor ("Iran", "irn", "North Korea") into its code."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from flows.commands.messages import CommandError
from schemas.lexicons import LEXICONS, read_actors, read_aliases, read_nonstate

_NAMING = frozenset({"name", "former", "demonym", "adjective", "group"})
"""Kinds of alias by which people ask for an actor; capitals and forces stand for it only in a text."""
_SPECIAL = ("AUTHOR", "MEDIA", "ANALYST", "UNK")


class ActorNames:
    """The codes of actors by code, English name and alias, without regard to case."""

    def __init__(self, named: Mapping[str, str], aliases: Iterable[tuple[str, str]] = ()) -> None:
        """`named` gives the name of each code; `aliases` are pairs of code and alias, weaker than names."""
        self._names = {name.casefold(): code for code, name in named.items()}
        self._names |= {code.casefold(): code for code in (*named, *_SPECIAL)}
        self._aliases: dict[str, set[str]] = defaultdict(set)
        for code, alias in aliases:
            self._aliases[alias.casefold()].add(code)

    def find(self, value: str) -> list[str]:
        """The codes of an actor by code or name, else by alias; none where nobody is called so."""
        wanted = value.strip().casefold()
        for known in (wanted, f"nsa:{wanted}"):
            if known in self._names:
                return [self._names[known]]
        return sorted(self._aliases.get(wanted, ()))

    def like(self, value: str) -> list[str]:
        """Up to three names that are spelt nearly so."""
        near = difflib.get_close_matches(value.strip().casefold(), {*self._names, *self._aliases}, n=3)
        return sorted(near)


def resolve_actors(values: Sequence[str], release_actors: Mapping[str, str], lexicons: Path = LEXICONS) -> list[str]:
    """The codes of the actors asked for, from those of a release (code to name) and of the lexicons.

    CommandError, with near names, for a value that no actor or more than one actor goes by.
    """
    in_release = ActorNames(release_actors)
    if all(len(in_release.find(value)) == 1 for value in values):
        # The lexicons need not be read: most look-ups name actors of the release.
        return [in_release.find(value)[0] for value in values]
    names = known_actors(release_actors, lexicons)
    return [_resolve(value, names) for value in values]


def known_actors(release_actors: Mapping[str, str], lexicons: Path = LEXICONS) -> ActorNames:
    """The actors of the lexicons, with their aliases, and those of a release (code to name)."""
    named = {actor.actor_id: actor.name for actor in read_actors(lexicons)} | dict(release_actors)
    aliases = [(alias.actor_id, alias.alias) for alias in read_aliases(lexicons) if alias.kind in _NAMING]
    for group in read_nonstate(lexicons):
        aliases += [(group.actor_id, name) for name in (group.actor_id, group.name, *group.aliases)]
    return ActorNames(named, aliases)


def _resolve(value: str, names: ActorNames) -> str:
    codes = names.find(value)
    if len(codes) == 1:
        return codes[0]
    if codes:
        raise CommandError(f"{value!r} may be {' or '.join(codes)}; give the code")
    near = names.like(value)
    hint = f" (did you mean {' or '.join(near)}?)" if near else ""
    raise CommandError(f"no actor is called {value!r}{hint}; give a code (IRN) or an English name (Iran)")
