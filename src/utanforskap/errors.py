"""What is said when something is wrong."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]

_LONGEST_LIST = 600
"""Names on a line longer than this [characters] are not listed whole: nobody would find the right one."""
_NEAREST = 10
_SHORT, _TOO_SHORT = 5, 2
"""Names of so few letters may differ in more of them; of so few, none is taken for the beginning of another."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands.

    Attributes
    ----------
    file : str
        The file's name as the user gave it.
    line, column : int
        Counted from 1.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth knowing, in what was said.

    Attributes
    ----------
    code : str
        The finding's own name, for example ``unknown-key``; stable, so that it can be silenced or raised.
    path : str
        Dotted path of ids to the part it is about; empty for the file as a whole.
    message : str
        What was found.
    help : tuple of str
        Further lines: what is allowed, what to do.
    place : Place or None
        Where it stands; None for what was not read from a file.
    severity : {"error", "warning", "note"}
        An error stops a run; a warning and a note do not.
    """

    code: str
    path: str
    message: str
    help: tuple[str, ...] = ()
    place: Place | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        head = "  ".join(part for part in (str(self.place or ""), self.path) if part)
        lines = [head] if head else []
        lines += [f"  {line}" for line in (self.message, *self.help)]
        return "\n".join(lines)


class UtanforskapError(Exception):
    """The root of every error that this library raises on purpose."""


class InputError(UtanforskapError):
    """What was given cannot be used; every finding about it is told at once.

    Attributes
    ----------
    findings : tuple of Finding
        In the order of the file.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

    def __reduce__(self) -> Any:
        return type(self), (self.findings,)


class UnknownNameError(UtanforskapError):
    """A name was asked for that does not exist (a parameter, a reading, an alternative, a price)."""

    def __init__(self, *, what: str, given: str, known: Sequence[str]) -> None:
        self.what = what
        self.given = given
        self.known = tuple(known)
        super().__init__(unknown(what=what, given=given, known=known))

    def __reduce__(self) -> Any:
        return partial(type(self), what=self.what, given=self.given, known=self.known), ()


class QuestionError(UtanforskapError):
    """A question that the case cannot answer, with what would make it answerable."""


class PartError(ValueError):
    """What a model says about one of its parts, so that the finding can stand where that part stands.

    Attributes
    ----------
    part : tuple of str or int
        The part, from the model that refuses it; keys, and positions in lists from 0.
    on_key : bool
        Whether the key is meant, and not its value.
    """

    def __init__(self, message: str, *part: str | int, on_key: bool = False) -> None:
        self.part = part
        self.on_key = on_key
        super().__init__(message)


@contextmanager
def about(*part: str | int) -> Iterator[None]:
    """Say of what is refused inside that it is about a part: every ValueError becomes a PartError.

    Parameters
    ----------
    *part : str or int
        The part, from the model that refuses it.
    """
    try:
        yield
    except PartError as error:
        raise PartError(str(error), *part, *error.part, on_key=error.on_key) from None
    except ValueError as error:
        raise PartError(str(error), *part) from None


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` (with a leading space) for the nearest known name, or an empty string.

    Parameters
    ----------
    given : str
        The name that was not recognised.
    known : iterable of str
        The names that are.
    """
    near = nearest(given, known)
    return f" Did you mean '{near}'?" if near is not None else ""


def nearest(given: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like the one given; None if none is much like it.

    Parameters
    ----------
    given : str
        The name that was not recognised; one without dots is also held against the last part of dotted names.
    known : iterable of str
        The names that are.
    """
    names = list(known)
    near = difflib.get_close_matches(given, names, n=1, cutoff=0.6 if len(given) <= _SHORT else 0.7)
    near = near or [name for name in names if name.startswith(given)][: len(given) > _TOO_SHORT]
    if not near and "." not in given:
        ends = {name.rpartition(".")[2]: name for name in names}
        near = [ends[end] for end in difflib.get_close_matches(given, ends, n=1, cutoff=0.75)]
    return near[0] if near else None


def unknown(*, what: str, given: str, known: Sequence[str], label: str = "Allowed") -> str:
    """Return a sentence that says that a name is not known, and a line of those that are.

    Parameters
    ----------
    what : str
        What the name should have been, with its article: ``an actor``.
    given : str
        The name given.
    known : sequence of str
        The names that would have been accepted.
    label : str
        What those are called, at the head of their line.
    """
    return f"'{given}' is not {what}.{did_you_mean(given, known)}\n{label}: {listed(given, known)}"


def listed(given: str, known: Sequence[str]) -> str:
    """Return names on one line: all of them, or of a great many those that are most like the one given.

    Parameters
    ----------
    given : str
        The name that was not recognised.
    known : sequence of str
        The names that are.
    """
    if not known:
        return "none"
    line = ", ".join(known)
    if len(line) <= _LONGEST_LIST:
        return line
    alike = [name for name in known if name.partition(".")[0] == given.partition(".")[0]] or known
    near = difflib.get_close_matches(given, alike, n=_NEAREST, cutoff=0.0)
    return f"{', '.join(near)}, … ({len(known)} in all)"


def either(names: Sequence[str]) -> str:
    """Return names as a choice: ``a``, ``a or b``, ``a, b or c``."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def sentence(text: str) -> str:
    """Return a text that begins with a capital letter and ends with a full stop, unless it ends as a sentence already.

    Parameters
    ----------
    text : str
        A message, possibly from another library.
    """
    begun = text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "?", "!", "…")) else f"{begun}."
