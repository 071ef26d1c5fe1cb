"""What states, groups and covariates of a follow-up are called."""

from utanforskap.inputs.case import Case
from utanforskap.inputs.followup.words import words
from utanforskap.terms import Lang

_WORDS_OF = {"sex": "sexes"}
_NOT_KNOWN = "?"
"""What `samples` calls the covariate that another one is not known."""


def state_title(case: Case, id_: str, lang: Lang) -> str:
    """Return what a state is called."""
    if id_ in case.scenario.states:
        return str(getattr(case.scenario.states[id_].title, lang))
    special = words()["special"]
    return str(special[id_][lang]) if id_ in special else id_


def field_title(field: str, lang: Lang) -> str:
    """Return what a field of the data is called; a column of the data's own is called what it is there."""
    fields = words()["fields"]
    return str(fields[field][lang]) if field in fields else field


def group_title(by: str, value: str, lang: Lang) -> str:
    """Return what those who have a value in common are called: ``Kön: Kvinna``."""
    known = {**words()[_WORDS_OF[by]], **words()["special"]} if by in _WORDS_OF else words()["special"]
    return f"{field_title(by, lang)}: {known[value][lang] if value in known else value}"


def covariate_title(case: Case, name: str, lang: Lang) -> str:
    """Return what a covariate of a sample is called: a field, one of its words, or time in a state before."""
    by, colon, value = name.partition(": ")
    if not colon:
        return state_title(case, name, lang) if name not in words()["fields"] else field_title(name, lang)
    return group_title(by, "okant" if value == _NOT_KNOWN else value, lang)
