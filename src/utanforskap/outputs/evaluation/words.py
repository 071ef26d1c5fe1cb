"""What is said of evaluations, in both languages."""

from typing import Any

from utanforskap.analysis import wording
from utanforskap.analysis.captions import terms
from utanforskap.analysis.followup.accounts import PUBLIC, SOCIETY, TOP
from utanforskap.analysis.followup.evaluation import Evaluation
from utanforskap.analysis.followup.titles import group_title
from utanforskap.inputs.case import Case
from utanforskap.shipped import shipped_words
from utanforskap.terms import Lang, Reading


def _words() -> dict[str, Any]:
    return shipped_words("evaluation.toml")


def word(section: str, id_: str, lang: Lang) -> str:
    """Return a heading or another short text."""
    return str(_words()[section][id_][lang])


def say(id_: str, lang: Lang, **filled: object) -> str:
    """Return a sentence with its blanks filled in."""
    return word("says", id_, lang).format(**filled)


def terms_of(evaluation: Evaluation, lang: Lang) -> str:
    """Return the years, kronor and discounting that all of an evaluation's present values have."""
    reading = Reading(measure="net_gain", alternative=evaluation.alternative)
    return terms(evaluation.case, reading, lang)


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
    return group_title(by, value, lang)


def persistence(id_: str, lang: Lang) -> str:
    """Return how an effect is projected, in words."""
    known = ("none", "drop_off")
    return word("persistence", id_, lang) if id_ in known else word("persistence", "pathway", lang).format(pathway=id_)
