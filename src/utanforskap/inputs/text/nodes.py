"""The tree that a file or a dict becomes before anything is checked: every node knows where it stands."""

import math
import numbers
from collections import abc
from dataclasses import dataclass
from types import MappingProxyType
from typing import SupportsFloat

from utanforskap.errors import Finding, Place
from utanforskap.inputs.values.numbers import Written

DEEPEST = 30
LONGEST_SHOWN = 40
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value.

    Attributes
    ----------
    value : str, int, float, bool or None
        A `Written` where a plain number has exactly three decimals.
    text : str
        As written.
    quoted : bool
        Whether it was meant as text: in quotes or as a block.
    place : Place or None
        Where it begins; where its key begins if nothing is written.
    """

    value: str | int | float | bool | None
    text: str
    quoted: bool
    place: Place | None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list.

    Attributes
    ----------
    items : tuple of Scalar, Sequence or Mapping
        In the order of the file.
    place : Place or None
        Where it begins.
    """

    items: tuple["Node", ...]
    place: Place | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a mapping says under one key.

    Attributes
    ----------
    key_place : Place or None
        Where the key begins.
    node : Scalar, Sequence or Mapping
        Its value.
    """

    key_place: Place | None
    node: "Node"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values.

    Attributes
    ----------
    entries : mapping of str to Entry
        In the order of the file; cannot be changed.
    place : Place or None
        Where it begins.
    """

    entries: abc.Mapping[str, Entry]
    place: Place | None

    def __post_init__(self) -> None:
        """Close the entries against later changes."""
        object.__setattr__(self, "entries", MappingProxyType(dict(self.entries)))


Node = Scalar | Sequence | Mapping
Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Tree:
    """What was read, and what was found while reading.

    Where a value could not be read, a scalar that says nothing stands at the finding's place, so that later
    passes can go on with the rest, and know the place as one already spoken of.

    Attributes
    ----------
    root : Mapping or None
        None where too little could be read for a later pass to say anything of use.
    findings : tuple of Finding
        In the order of the file, parents last.
    name : str
        The file's name as the user gave it.
    parents : tuple of str
        The names of the files it extends, nearest first.
    """

    root: Mapping | None
    findings: tuple[Finding, ...]
    name: str
    parents: tuple[str, ...] = ()


def plain(node: Node) -> Plain:
    """Return a node as dicts, lists and values; text in quotes stays text, a `Written` stays one.

    Parameters
    ----------
    node : Scalar, Sequence or Mapping
        The node.
    """
    if isinstance(node, Mapping):
        return {key: plain(entry.node) for key, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value


def locate(root: Node, path: abc.Sequence[str | int], *, key: bool = False) -> Place | None:
    """Return the place of a part, or of its nearest ancestor that exists.

    Parameters
    ----------
    root : Scalar, Sequence or Mapping
        Where the path begins.
    path : sequence of str or int
        Keys, and positions in lists from 0.
    key : bool
        Whether the place of the key is wanted (an unknown key, a missing one), and not that of the value.

    Returns
    -------
    Place or None
        None for what was not read from a file.
    """
    node, place = root, root.place
    for part in path:
        if isinstance(node, Mapping) and (entry := node.entries.get(str(part))):
            node, place = entry.node, entry.key_place if key else entry.node.place
        elif isinstance(node, Sequence) and isinstance(part, int) and 0 <= part < len(node.items):
            node = node.items[part]
            place = node.place
        else:
            break
    return place


def dotted(path: abc.Sequence[str | int]) -> str:
    """Return a path as shown to the user: ``pathways.utanfor.stages.0.state``.

    Parameters
    ----------
    path : sequence of str or int
        Keys, and positions in lists from 0.
    """
    return ".".join(str(part) for part in path)


def from_plain(data: object, name: str = "<dict>") -> Tree:
    """Return the tree of what was built in Python, so that the same passes run on it as on a file.

    Parameters
    ----------
    data : mapping
        Mappings, lists, tuples, text, numbers (NumPy's too), bool and None.
    name : str
        What to call it.
    """
    findings: list[Finding] = []
    root = _from_plain(data, (), findings)
    if isinstance(root, Mapping):
        return Tree(root, tuple(findings), name)
    if not findings:
        message = f"A value of type {_type_name(data)} stands where a dict is expected."
        findings.append(Finding("not-a-mapping", "", message))
    return Tree(None, tuple(findings), name)


def _from_plain(data: object, path: Steps, findings: list[Finding]) -> Node:
    if len(path) >= DEEPEST and isinstance(data, abc.Mapping | list | tuple):
        findings.append(too_deep(path, None))
        return nothing(None)
    if isinstance(data, abc.Mapping):
        entries: dict[str, Entry] = {}
        for key, value in data.items():
            if isinstance(key, bool) or not isinstance(key, str | numbers.Integral):
                message = f"The key {key!r} is neither text nor a whole number."
                findings.append(Finding("bad-key", dotted(path), message))
            elif str(key) in entries:
                message = f"The key '{key}' stands twice, as text and as a number."
                findings.append(Finding("duplicate-key", dotted((*path, str(key))), message))
            else:
                entries[str(key)] = Entry(None, _from_plain(value, (*path, str(key)), findings))
        return Mapping(entries, None)
    if isinstance(data, list | tuple):
        return Sequence(tuple(_from_plain(item, (*path, i), findings) for i, item in enumerate(data)), None)
    return _scalar_from_plain(data, path, findings)


def _scalar_from_plain(data: object, path: Steps, findings: list[Finding]) -> Scalar:
    if isinstance(data, str):
        return Scalar(str(data), str(data), quoted=True, place=None)
    if isinstance(data, bool) or data is None:
        return Scalar(data, {None: "null", True: "true", False: "false"}[data], quoted=False, place=None)
    if isinstance(data, Written):
        return Scalar(data, data.text, quoted=False, place=None)
    if not isinstance(data, numbers.Real):
        message = f"A value of type {_type_name(data)} cannot be part of a scenario."
        help_ = ("Use text, a number, a bool, None, a list or a dict.",)
        findings.append(Finding("bad-value", dotted(path), message, help_))
        return nothing(None)
    if not is_finite(data):
        shown = "1e309 or more" if isinstance(data, numbers.Integral) else str(data)
        findings.append(not_finite(shown, path, None))
        return nothing(None)
    number = int(data) if isinstance(data, numbers.Integral) else float(data)
    return Scalar(number, str(number), quoted=False, place=None)


def _type_name(data: object) -> str:
    kind = type(data)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def is_null(node: Node) -> bool:
    """Return whether null was written: ``null`` or ``~``, and not merely nothing."""
    return isinstance(node, Scalar) and not node.quoted and node.text in NULLS - {""}


def is_empty(node: Node) -> bool:
    """Return whether nothing was written where a value could be."""
    return isinstance(node, Scalar) and not node.quoted and not node.text


def nothing(place: Place | None, text: str = "") -> Scalar:
    """Return what stands for a part that says nothing, or that could not be read."""
    return Scalar(None, text, quoted=False, place=place)


def is_finite(number: SupportsFloat) -> bool:
    """Return whether a float can hold the number."""
    try:
        return math.isfinite(float(number))
    except OverflowError:
        return False


def not_finite(text: str, path: Steps, place: Place | None) -> Finding:
    """Return the finding about a number that is infinite, too large for a float, or no number at all."""
    shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    large = any(letter.isdigit() for letter in text)
    message = f"{shown} is {'too large a' if large else 'not a'} number to calculate with."
    return Finding("not-finite", dotted(path), message, ("Write a finite number.",), place)


def too_deep(path: Steps, place: Place | None) -> Finding:
    """Return the finding about a mapping or list inside too many others."""
    message = f"This is more than {DEEPEST} levels deep."
    help_ = ("Check the brackets and the indentation.",)
    return Finding("too-deep", f"{dotted(path[:3])}…", message, help_, place)
