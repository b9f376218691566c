"""Keeps the credentials of corpus addresses out of what Prefect stores: a run hands it masked addresses.

Prefect writes the parameters of every flow run, and what its errors say, into its database. So `masked` gives the
addresses to hand over, and `revealed` gives the true ones where the corpus is opened, in the same process.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from flows.redaction import MASK, redacted
from flows.transient import CorpusUnreachableError, is_transient

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""`${NAME}` in an address stands for an environment variable of the process that reads the corpus."""
_true: dict[str, str] = {}
"""Addresses of this process by their masked forms."""


class CredentialsError(ValueError):
    """The credentials of a corpus cannot be had, or would be stored where others read them."""


class CorpusAccessError(OSError):
    """A corpus cannot be listed; says why without the credentials of its address."""


def masked(corpora: Sequence[str]) -> list[str]:
    """The corpora with masked addresses; what was masked is remembered, for `revealed` in this process."""
    result = []
    for corpus in corpora:
        shown = redacted(corpus)
        if shown != corpus:
            # Two secrets for one address must not share a form.
            while _true.setdefault(shown, corpus) != corpus:
                shown = shown.replace(MASK, MASK + "*", 1)
        result.append(shown)
    return result


def revealed(corpora: Sequence[str], environment: Mapping[str, str] = os.environ) -> list[str]:
    """The corpora as they are to be opened: what was masked in this process, and `${NAME}` from the environment.

    CredentialsError names an address that another process has masked, or a variable that is not set. Local paths stay.
    """
    return [_revealed(corpus, environment) if "://" in corpus else corpus for corpus in corpora]


def _revealed(corpus: str, environment: Mapping[str, str]) -> str:
    corpus = _true.get(corpus, corpus)
    if f"://{MASK}" in corpus or f"={MASK}" in corpus:
        raise CredentialsError(
            f"the credentials of {corpus} are masked, and only the process that was given them knows them; "
            "start the run with the address itself, or write ${NAME} for them and set that variable where it runs"
        )

    def value(reference: re.Match[str]) -> str:
        if reference[1] not in environment:
            raise CredentialsError(
                f"corpus {redacted(corpus)} names the environment variable {reference[1]}, which is not set"
            )
        return environment[reference[1]]

    return _REFERENCE.sub(value, corpus)


def refuse_credentials(corpora: Sequence[str]) -> None:
    """CredentialsError where the address of a corpus holds credentials in clear text: a deployment's are stored."""
    for corpus in corpora:
        # The name of a user may be told, if the password is not.
        plain = _REFERENCE.sub(MASK, re.sub(r"://[^/:@\s]+:(\$\{\w+\})@", r"://\1@", corpus))
        if redacted(plain) != plain:
            raise CredentialsError(
                f"Prefect would keep the credentials of {redacted(corpus)} in its database; write ${{NAME}} for them "
                "and set the environment variable NAME where the flow runs"
            )


@contextmanager
def credentials_hidden() -> Iterator[None]:
    """Turns an error that tells the credentials of an address into one that does not.

    CorpusUnreachableError if the fault may pass by itself, else CorpusAccessError.
    """
    try:
        yield
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        if redacted(said) == said:
            raise
        told = CorpusUnreachableError if is_transient(error) else CorpusAccessError
        raise told(redacted(said)) from None
