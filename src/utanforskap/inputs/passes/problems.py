"""What the third pass over a file looks at, and what it says before it is known where in the file."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from frozendict import frozendict
from pydantic import BaseModel

from utanforskap.errors import unknown
from utanforskap.inputs.parts.scenario import Scenario
from utanforskap.inputs.pricelists.prices import Price

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not go together.

    Attributes
    ----------
    code : str
        The finding's name.
    path : tuple of str or int
        To the part in the file.
    message : str
        What was found.
    help : tuple of str
        Further lines.
    on_key : bool
        Whether the key is meant and not its value.
    """

    code: str
    path: Path
    message: str
    help: tuple[str, ...] = ()
    on_key: bool = False


@dataclass(frozen=True, slots=True)
class Attached:
    """What the parts of a file are held against.

    Attributes
    ----------
    prices : mapping of str to Price
        All price lists laid over one another.
    ids : mapping of str to collection of str
        The ids stated in each section, those of parts that do not stand included. A section whose ids cannot be
        told, because it is missing or no mapping, is left out.
    """

    prices: Mapping[str, Price]
    ids: Mapping[str, Collection[str]] = field(default_factory=frozendict)

    def known(self, section: str) -> list[str]:
        """Return the ids stated in a section, in the order of the file."""
        return list(self.ids.get(section, ()))

    def lacks(self, section: str, id_: str) -> bool:
        """Return whether a section is known to hold no such id."""
        return section in self.ids and id_ not in self.ids[section]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Attached):
    """A file as the third pass sees it: the parts that stand, and what they are held against.

    Attributes
    ----------
    scenario : Scenario
        Parts that are missing or wrong are None or left out.
    complete : bool
        Whether every part that a scenario needs is there and stands.
    broken : tuple of paths
        The parts that are stated but do not stand.
    lists_stand : bool
        Whether every price list could be read, so that a price not found in them is known not to exist.
    stated : frozenset of str
        The sections that the file has, whether or not they stand.
    """

    scenario: Scenario
    complete: bool
    broken: tuple[Path, ...] = ()
    lists_stand: bool = True
    stated: frozenset[str] = frozenset()

    def parts(self) -> Iterator[tuple[Path, BaseModel]]:
        """Yield every model in the scenario with its path in the file, less what only stands for or reads others."""
        for name in Scenario.model_fields:
            if name not in ("published", "methods"):
                yield from parts(getattr(self.scenario, name), (name,))


def parts(value: object, path: Path) -> Iterator[tuple[Path, BaseModel]]:
    """Yield every model at and below a part with its path in the file.

    Parameters
    ----------
    value : object
        A model, mapping, tuple or plain value.
    path : tuple of str or int
        The part's own path.
    """
    if isinstance(value, BaseModel):
        yield path, value
        for name in type(value).model_fields:
            yield from parts(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from parts(inner, (*path, key))
    elif isinstance(value, tuple):
        for position, inner in enumerate(value):
            yield from parts(inner, (*path, position))


def unknown_name(
    code: str, what: str, given: str, known: Iterable[str], path: Path, *, label: str, on_key: bool = False
) -> Problem:
    """Return the problem that a name is not known, with the nearest known one and all that are.

    Parameters
    ----------
    code : str
        The finding's name.
    what : str
        What the name should have been, with its article.
    given : str
        The name given.
    known : iterable of str
        The names that would have been accepted.
    path : tuple of str or int
        Where it stands.
    label : str
        What the names are called, at the head of their line.
    on_key : bool
        Whether the name is a key.
    """
    message, *help_ = unknown(what=what, given=given, known=list(known), label=label).splitlines()
    return Problem(code, path, message, tuple(help_), on_key)


def or_else(problem: Problem, *lines: str) -> Problem:
    """Return a problem with further lines of help."""
    return Problem(problem.code, problem.path, problem.message, (*problem.help, *lines), problem.on_key)
