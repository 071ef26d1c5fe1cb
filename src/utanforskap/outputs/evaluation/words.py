"""What is said of evaluations, in both languages."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from utanforskap.analysis import wording
from utanforskap.analysis.followup.accounts import PUBLIC, SOCIETY, TOP
from utanforskap.inputs.case import Case
from utanforskap.inputs.followup.words import words as followup_words
from utanforskap.terms import Lang


@cache
def _words() -> dict[str, Any]:
    text = resources.files("utanforskap").joinpath("data/evaluation.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def word(section: str, id_: str, lang: Lang) -> str:
    """Return a heading or another short text."""
    return str(_words()[section][id_][lang])


def say(id_: str, lang: Lang, **filled: object) -> str:
    """Return a sentence with its blanks filled in."""
    return word("says", id_, lang).format(**filled)


def shown(value: float | None, told: str, lang: Lang) -> str:
    """Return a figure as told, or what stands where it is not shown."""
    return say("hidden", lang) if value is None else told


def kronor(value: float | None, unit: wording.KronorUnit, lang: Lang) -> str:
    """Return an amount [kr] in a unit without its name, or what stands where it is not shown."""
    return say("hidden", lang) if value is None else wording.in_unit(value, unit, lang=lang)


def count(value: int | None, lang: Lang) -> str:
    """Return a number of persons, or what stands where it is not shown."""
    return say("hidden", lang) if value is None else wording.number(value, lang=lang)


def account(case: Case, name: str, lang: Lang) -> str:
    """Return what an account of an evaluation, or a sum of them, is called."""
    if name in (SOCIETY, PUBLIC):
        return word("rows", name, lang)
    title = case.actors[name.removeprefix(TOP)].title[lang]
    return title if name.startswith(TOP) or "." in name else word("rows", "other", lang).format(actor=title)


def split(by: str, value: str, lang: Lang) -> str:
    """Return what a group is called: ``Kön: Kvinna``."""
    if not by:
        return word("rows", "everyone", lang)
    known = followup_words()
    title = known["fields"][by][lang] if by in known["fields"] else by
    section = {"sex": "sexes"}.get(by)
    if section and value in known[section]:
        value = str(known[section][value][lang])
    elif value in known["special"]:
        value = str(known["special"][value][lang])
    return f"{title}: {value}"


def state(case: Case, id_: str, lang: Lang) -> str:
    """Return what a state is called."""
    if id_ in case.scenario.states:
        return str(getattr(case.scenario.states[id_].title, lang))
    known = followup_words()["special"]
    return str(known[id_][lang]) if id_ in known else id_


def persistence(id_: str, lang: Lang) -> str:
    """Return how an effect is projected, in words."""
    known = ("none", "drop_off")
    return word("persistence", id_, lang) if id_ in known else word("persistence", "pathway", lang).format(pathway=id_)
