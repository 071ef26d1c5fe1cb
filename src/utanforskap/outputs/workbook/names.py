"""What a number is called: a name that every spreadsheet accepts, and a label that a person understands."""

import re
import unicodedata
from collections.abc import Collection

from utanforskap.inputs.case import PRICES, Case
from utanforskap.inputs.parts.pathways import Stages
from utanforskap.outputs.workbook.words import known
from utanforskap.terms import Lang

_LONGEST = 200
"""Excel allows 255 characters in a name; what makes it unique is added to these."""
_TITLED = ("groups", "programmes", "pathways", "states", "alternatives", "outcomes", "funds")


def defined_name(dotted: str, *, taken: Collection[str]) -> str:
    """Return a name for a cell: letters, digits and underscores only, and none that is taken.

    A dotted id has at least two parts, so that what comes out holds an underscore and is never read as a cell.

    Parameters
    ----------
    dotted : str
        A dotted path of ids: ``programmes.jobbstod.success``.
    taken : collection of str
        Names in use, in lower case: a spreadsheet sees no difference between ``A`` and ``a``.
    """
    plain = unicodedata.normalize("NFKD", dotted).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9_]", "_", plain)[:_LONGEST]
    if not re.match(r"[A-Za-z_]", name) or "_" not in name:
        name = f"_{name}"
    unique, number = name, 1
    while unique.lower() in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique


def label_of(case: Case, dotted: str, lang: Lang) -> str:
    """Return what a number is called, from its dotted path of ids: the titles on the way, and words for the rest."""
    if dotted.startswith(f"{PRICES}."):
        return _price_label(case, dotted.removeprefix(f"{PRICES}."), lang)
    section, _, rest = dotted.partition(".")
    if section not in _TITLED:
        return _joined(dotted.split("."), lang)
    id_, _, rest = rest.partition(".")
    part = getattr(case.scenario, section)[id_]
    title = getattr(part.title, lang) if part.title is not None else id_
    words = rest.split(".")
    inner = {"flows": getattr(part, "flows", {}), "costs": getattr(part, "costs", {})}.get(words[0], {})
    if len(words) > 1 and words[1] in inner:
        said = inner[words[1]]
        words[1] = _own_title(case, said, words[1], lang)
        words = words[1:]
    if section == "groups" and words[0] == "exits":
        words = [words[0], _state_title(case, words[1], lang), *words[2:]]
    if section == "groups" and words[0] == "initial_stock":
        said = case.scenario.groups[id_].initial_stock[words[1]]
        words = [words[0], words[1] if said.title is None else str(getattr(said.title, lang))]
    if isinstance(part, Stages) and words[0] == "stages":
        words = [_state_title(case, words[1], lang), *words[2:]]
    if section == "pathways":
        words = [_state_title(case, each, lang) for each in words]
    told = _joined(words, lang)
    return f"{title}: {told}" if told else title


def flow_title(case: Case, state: str, id_: str, lang: Lang) -> str:
    """Return what a state's flow is called: its own title, its price's, or its id."""
    return _own_title(case, case.scenario.states[state].flows[id_], id_, lang)


def _own_title(case: Case, said: object, id_: str, lang: Lang) -> str:
    title = getattr(said, "title", None)
    if title is not None:
        return str(getattr(title, lang))
    price = getattr(said, "price", None)
    return _price_label(case, price, lang) if price is not None else id_


def _joined(words: list[str], lang: Lang) -> str:
    told = [known("fields", each, lang) for each in words]
    return ", ".join(each if said is None else said for each, said in zip(words, told, strict=True) if said != "")


def _price_label(case: Case, id_: str, lang: Lang) -> str:
    if id_ in case.prices:
        return str(getattr(case.prices[id_].title, lang))
    price, _, field = id_.rpartition(".")
    return f"{_price_label(case, price, lang)}: {_joined([field], lang)}" if price else id_


def _state_title(case: Case, id_: str, lang: Lang) -> str:
    state = case.scenario.states.get(id_)
    return id_ if state is None else str(getattr(state.title, lang))
