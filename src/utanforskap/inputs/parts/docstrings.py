"""What the docstrings of the models say about their parts, so that messages and the schema can say it too."""

import inspect
import re
from collections.abc import Mapping
from typing import Any

from frozendict import frozendict

_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_NAMES = re.compile(r"^(?P<names>\w+(?:, \w+)*)(?: : .*)?$")


def summary(model: type[Any]) -> str:
    """Return the first paragraph of a model's docstring, on one line; empty if it has none.

    Parameters
    ----------
    model : type
        A class with a numpydoc docstring.
    """
    return " ".join(inspect.cleandoc(model.__doc__ or "").partition("\n\n")[0].split())


def attributes(model: type[Any]) -> Mapping[str, str]:
    """Return what a model's docstring, and those of the classes it builds on, say about each attribute, on one line.

    Parameters
    ----------
    model : type
        A class with a numpydoc docstring.
    """
    said: dict[str, str] = {}
    for base in reversed(model.__mro__):
        said |= _attributes(inspect.cleandoc(base.__dict__.get("__doc__") or ""))
    return frozendict(said)


def _attributes(text: str) -> dict[str, str]:
    parts = _SECTION.split(text)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    names: list[str] = []
    lines: dict[str, list[str]] = {}
    for line in sections.get("Attributes", "").splitlines():
        if found := _NAMES.match(line):
            names = found["names"].split(", ")
        for name in names if line.startswith(" ") else ():
            lines.setdefault(name, []).append(line.strip())
    return {name: " ".join(said) for name, said in lines.items()}
