"""What the third pass over a file says, before it is known where in the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from utanforskap.errors import unknown
from utanforskap.inputs.prices import Price

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
    ids : mapping of str to set of str
        The ids stated in each section, those of parts that do not stand included.
    """

    prices: Mapping[str, Price]
    ids: Mapping[str, set[str]] = field(default_factory=dict)

    def known(self, section: str) -> list[str]:
        """Return the ids stated in a section."""
        return sorted(self.ids.get(section, ()))


def unknown_name(
    code: str, what: str, given: str, known: Iterable[str], path: Path, *, on_key: bool = False
) -> Problem:
    """Return the problem that a name is not known, with the nearest known one and all that are."""
    message, *help_ = unknown(what=what, given=given, known=list(known)).splitlines()
    return Problem(code, path, message, tuple(help_), on_key)
