"""What ships with the library beside its code: texts, and the words of both languages."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


def shipped_text(name: str) -> str:
    """Return the text of a file of the shipped data, by its path there."""
    return resources.files("utanforskap").joinpath("data").joinpath(name).read_text(encoding="utf-8")


@cache
def shipped_words(name: str) -> dict[str, Any]:
    """Return what a TOML file of the shipped data holds, by its path there; it is read once."""
    return tomllib.loads(shipped_text(name))
