"""What estimates and their values are called in a picture: titles instead of names, and shares in percent."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from utanforskap.analysis import wording
from utanforskap.analysis.sensitivity import choice_text
from utanforskap.analysis.summaries import alternative_title
from utanforskap.inputs.case import Case
from utanforskap.inputs.pricelists.prices import Price
from utanforskap.inputs.values.estimates import Share
from utanforskap.outputs.plot.words import ELLIPSIS, fitted, has, say
from utanforskap.terms import Lang, labels

_SMALL = 0.1
_LINES = 2

_OF_STATES = ("pathways", "outcomes")
_TO = "→"


def called(case: Case, name: str, lang: Lang) -> str:
    """Return what an estimate, or a setting, is called: the titles on the way to it, and what it says.

    Parameters
    ----------
    case : Case
        The case.
    name : str
        A setting's id or an estimate's full name; ``alternatives.<id>.set.<name>`` for what an alternative sets.
    lang : {"sv", "en"}
        The language.
    """
    return ": ".join(filter(None, _parts(case, name, lang))) or name


def called_within(case: Case, name: str, lang: Lang, *, width: float, size: float) -> str:
    """Return what an estimate is called on two lines: where there is no room for all, its title is cut, not the rest.

    Parameters
    ----------
    case : Case
        The case.
    name : str
        As for `called`.
    lang : {"sv", "en"}
        The language.
    width : float
        How wide a line may be [points].
    size : float
        The size of the type [points].
    """
    whole = fitted(called(case, name, lang), width=width, size=size, lines=_LINES)
    title, what = _parts(case, name, lang)
    if not (title and what and whole.endswith(ELLIPSIS)):
        return whole
    return "\n".join(fitted(part, width=width, size=size, lines=1) for part in (title, what))


def _parts(case: Case, name: str, lang: Lang) -> tuple[str, str]:
    """Return the title nearest an estimate, and what the estimate says of what it names."""
    if name in (settings := labels("settings", lang)):
        return settings[name], ""
    section, _, rest = plain(name).partition(".")
    if section == "prices":
        id_, _, field = (rest, "", "") if rest in case.prices else rest.rpartition(".")
        if id_ in case.prices:
            price = case.prices[id_]
            title = f"{getattr(price.title, lang)} ({price.unit})"
            return (title, "") if not field else (str(getattr(price.title, lang)), say("fields", field, lang))
    part: Any = case.scenario
    title, before = "", ""
    after: list[str] = []
    for field in plain(name).split("."):
        part = _inner(part, field)
        # A transition is told by both its states.
        between, before = before in case.scenario.states, field
        if own := _title(case, part, lang):
            title, after = own, []
        elif section in _OF_STATES and field in case.scenario.states:
            after += [_TO] * between + [str(getattr(case.scenario.states[field].title, lang))]
        elif has("fields", field) and not (field == "pathways" == section):
            after.append(say("fields", field, lang))
        elif field != section and (not isinstance(part, Mapping) or section == "pathways"):
            pathway = case.scenario.pathways.get(field) if after else None
            actor = case.actors[field].title[lang] if field in case.actors else field.replace("_", " ")
            after.append((pathway and _title(case, pathway, lang)) or actor)
    return title, " ".join(filter(None, after))


def heading(case: Case, alternative: str | None, lang: Lang) -> str:
    """Return what a case, or one of its alternatives, is called."""
    title = str(getattr(case.scenario.title, lang))
    return title if alternative is None else f"{title} – {alternative_title(case, alternative, lang)}"


def under(unit: str, *told: str) -> str:
    """Return the line under a title: the unit first, so that it is there however long what follows is."""
    return ". ".join([unit[:1].upper() + unit[1:], *told])


def plain(name: str) -> str:
    """Return an estimate's own name, without the alternative that sets it."""
    return name.partition(".set.")[2] if ".set." in name else name


def _inner(part: Any, field: str) -> Any:
    if isinstance(part, Mapping):
        return part.get(field)
    return getattr(part, field, None) if isinstance(part, BaseModel) else None


def _title(case: Case, part: Any, lang: Lang) -> str | None:
    """Return what a part is called: its own title, or that of the price it refers to."""
    title = getattr(part, "title", None)
    price = case.prices.get(getattr(part, "price", None) or "")
    if title is None and isinstance(price, Price):
        title = price.title
    return None if title is None else str(getattr(title, lang))


def is_share(case: Case, name: str) -> bool:
    """Return whether an estimate is a share, which is told in percent."""
    return isinstance(case.estimates.get(plain(name)), Share)


def told_value(case: Case, name: str, value: float | str | None, lang: Lang) -> str:
    """Return the value of an estimate, or the choice of a setting, as people write it."""
    if isinstance(value, str):
        return choice_text(case, name, value, lang).partition(" (")[0]
    if value is None:
        return wording.NONE
    if is_share(case, name):
        return wording.percent(value, decimals=int(abs(value) < _SMALL), lang=lang)
    return wording.significant(value, digits=3, lang=lang)
