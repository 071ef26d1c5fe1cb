"""What commands ask of a case before they answer."""

from typing import TYPE_CHECKING

import utanforskap as ut
from utanforskap.apps.options import Lang
from utanforskap.apps.words import say
from utanforskap.errors import QuestionError

if TYPE_CHECKING:
    from utanforskap.analysis.results import Comparison, Result
    from utanforskap.inputs.case import Case


def result_of(scenario: str) -> "Result":
    """Return what a bundled scenario's name or a file gives."""
    return ut.run(ut.load(scenario))


def compared(result: "Result", alternative: str | None) -> "Comparison":
    """Return the comparison with an alternative; with the only one where none is named.

    Raises
    ------
    QuestionError
        If none is named and there is not exactly one.
    """
    return result.compare(alternative if alternative is not None else the_alternative(result))


def the_alternative(result: "Result") -> str:
    """Return the case's only alternative.

    Raises
    ------
    QuestionError
        If it has none, or several.
    """
    known = result.alternatives
    if not known:
        raise QuestionError(f"'{result.case.id}' declares no alternative to compare with (alternatives:).")
    if len(known) > 1:
        raise QuestionError(f"'{result.case.id}' has several alternatives; name one of them: {', '.join(known)}")
    return known[0]


def standing(case: "Case", *, scenario: str, lang: Lang) -> tuple[str, ...]:
    """Return what a reader of any result of a case should know: its assumptions, and what `check` warns of.

    Parameters
    ----------
    case : Case
        The case.
    scenario : str
        Its name or file, as it was given.
    lang : {"sv", "en"}
        The language.
    """
    from utanforskap.analysis.explain import grade_of

    weak = sum(grade_of(case, estimate) == "D" for estimate in case.estimates.values())
    said = [say("grade_d", lang, n=weak, all=len(case.estimates), scenario=scenario)] if weak else []
    warned = [found for found in ut.check_scenario(case, lang=lang) if found.severity == "warning"]
    if warned:
        names = ", ".join(dict.fromkeys(found.code for found in warned))
        said.append(say("warnings", lang, n=len(warned), names=names, scenario=scenario))
    return tuple(said)
