"""A recorded run again, and whether it answers the same."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from utanforskap.apps import options
from utanforskap.apps.deliver import Delivery
from utanforskap.apps.words import say, word

if TYPE_CHECKING:
    from utanforskap.outputs.record import Repeated
    from utanforskap.outputs.tables import Sheet

HELP = options.prose("""Gör om en körning ur dess protokoll, och säg om svaren blir desamma till sista biten.

Filerna som körningen gjordes av behövs inte. Protokollet skrivs av 'export --what record'. Slutar med 1 om något svar
är ett annat, och säger då vilka versioner som skiljer.""")


def rerun(
    record: Annotated[Path, options.argument("PROTOKOLL", "Körprotokollet (.json).")],
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    unit: options.UnitOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Print what a recorded run answered beside what it answers now."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force, unit=unit)
    from utanforskap.analysis.results import Comparison
    from utanforskap.analysis.summaries import titled
    from utanforskap.outputs.record import repeat, versions
    from utanforskap.outputs.tables import Answer

    repeated = repeat(record)
    subject = repeated.subject
    alternative = subject.alternative if isinstance(subject, Comparison) else None
    same = all(each.same for each in repeated.answers)
    now = versions()
    delivery.deliver(
        Answer(
            title=titled(subject.readable, alternative, lang),
            sheets=(_sheet(repeated, lang),),
            lead=(_verdict(repeated, lang),),
            notes=() if same else (_told_apart(repeated.versions, now, lang),),
            facts={
                "scenario": subject.case.id,
                "alternative": alternative,
                "same": same,
                "versions": {"then": dict(repeated.versions), "now": now},
            },
        )
    )
    if not same:
        raise typer.Exit(1)


def _verdict(repeated: "Repeated", lang: options.Lang) -> str:
    """Return whether the answers are the same to the bit, but for rounding, or others."""
    answers = repeated.answers
    other = sum(not each.agrees for each in answers)
    if other:
        return say("answers_other", lang, n=other, all=len(answers))
    rounded = sum(not each.same for each in answers)
    return say("answers_rounded" if rounded else "answers_same", lang, n=rounded, all=len(answers))


def _told_apart(then: Mapping[str, str], now: Mapping[str, str], lang: options.Lang) -> str:
    """Return which versions are others than those of the record."""
    others = [f"{name} {then[name]} → {now.get(name, '–')}" for name in then if then[name] != now.get(name)]
    return say("versions_other", lang, names=", ".join(others)) if others else say("versions_same", lang)


def _sheet(repeated: "Repeated", lang: options.Lang) -> "Sheet":
    import pandas as pd

    from utanforskap.analysis.uncertainty.simulation import Simulation
    from utanforskap.outputs.tables import KRONOR, Sheet
    from utanforskap.terms import label

    subject = repeated.subject
    if isinstance(subject, Simulation):
        names = list(subject.labels(lang=lang).values())
    else:
        names = [
            f"{label('measures', each.reading.measure, lang)}, "
            f"{subject.case.perspective(each.reading.perspective).title[lang].lower()}"
            for each in repeated.answers
        ]
    then, now, moved = (word("columns", id_, lang) for id_ in ("then", "now", "moved"))
    frame = pd.DataFrame(
        {
            then: [each.then for each in repeated.answers],
            now: [each.now for each in repeated.answers],
            moved: [each.now - each.then for each in repeated.answers],
        },
        index=names,
    )
    # A last bit is seen in kronor only, whatever the amounts are shown in.
    frame.attrs = {"unit": KRONOR, "not_kronor": (moved,)}
    return Sheet("answers", word("titles", "answers", lang), frame)
