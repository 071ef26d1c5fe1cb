"""What is said when something is wrong."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


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


class UnknownNameError(UtanforskapError):
    """A name was asked for that does not exist (a parameter, a reading, an alternative, a price)."""

    def __init__(self, *, what: str, given: str, known: Sequence[str]) -> None:
        self.given = given
        self.known = tuple(known)
        super().__init__(unknown(what=what, given=given, known=known))


class QuestionError(UtanforskapError):
    """A question that the case cannot answer, with what would make it answerable."""


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` (with a leading space) for the nearest known name, or an empty string.

    Parameters
    ----------
    given : str
        The name that was not recognised.
    known : iterable of str
        The names that are.
    """
    near = difflib.get_close_matches(given, list(known), n=1, cutoff=0.6)
    return f" Did you mean '{near[0]}'?" if near else ""


def unknown(*, what: str, given: str, known: Sequence[str]) -> str:
    """Return a sentence that says that a name is not known, the nearest known one, and all that are.

    Parameters
    ----------
    what : str
        What the name should have been, with its article: ``an actor``.
    given : str
        The name given.
    known : sequence of str
        The names that would have been accepted.
    """
    allowed = ", ".join(known) if known else "none"
    return f"'{given}' is not {what}.{did_you_mean(given, known)}\nAllowed: {allowed}"
