"""`materiel version`: the versions that decide what a release holds."""

from __future__ import annotations

import platform
from importlib import metadata

from flows.commands.messages import examples
from schemas.tables import SCHEMA_VERSION

EPILOG = examples("materiel version", "materiel --version")


def package_version() -> str:
    """Version of the installed package."""
    try:
        return metadata.version("materiel")
    except metadata.PackageNotFoundError:
        return "not installed as a package"


def version() -> None:
    """Print the versions of Materiel, of the shape of its tables, and of Python."""
    print(f"materiel {package_version()}")
    print(f"schema {SCHEMA_VERSION}")
    print(f"python {platform.python_version()}")
