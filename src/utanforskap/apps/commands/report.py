"""The report for a board, and data for other tools."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

import utanforskap as ut
from utanforskap.apps import options
from utanforskap.apps.cases import result_of, the_alternative
from utanforskap.apps.words import say

What = Literal["ledger", "comparison", "record"]

REPORT_HELP = options.prose("""Skriv en rapport att lägga på ett styrelsebord.

Sammanfattning, fältets fem kalkyler, bilder, känslighet, antaganden, priser med källa och ett körprotokoll.

Filens ändelse säger vilken form: .html, .md, .docx eller .pdf. Har kalkylen inget alternativ, eller med --baseline,
handlar rapporten om vad utanförskapet kostar. Är något i kalkylen osäkert simuleras det.""")
EXPORT_HELP = options.prose("""Skriv data för andra verktyg.


Huvudboken (ledger) har en rad per post och år; med ett alternativ är den utan insats minus alternativet. Jämförelsen
(comparison) har vinsten per perspektiv, aktör, roll och år. Båda skrivs som .csv eller .parquet. Körprotokollet
(record, .json) bär hela kalkylen med sig: utanforskap.rerun gör om körningen ur det.""")

OutputFile = Annotated[
    Path, typer.Option("--output", "-o", metavar="FIL", help="Filen som skrivs.", rich_help_panel=options.WRITTEN)
]
BaselineOption = Annotated[
    bool,
    typer.Option("--baseline", help="Utan insats, också där det finns alternativ.", rich_help_panel=options.ASKED),
]


def report(
    scenario: options.ScenarioName,
    output: OutputFile,
    alternative: options.AlternativeName = None,
    baseline: BaselineOption = False,
    draws: options.DrawsOption = 10_000,
    seed: options.SeedOption = 1,
    lang: options.LangOption = "sv",
    force: options.ForceOption = False,
) -> None:
    """Write the report on a comparison, or on what exclusion costs."""
    from utanforskap.outputs.write import check_report

    check_report(output, force=force)
    subject = _subject(scenario, alternative, baseline=baseline)
    ut.write.report(subject, output, draws=draws, seed=seed, lang=lang, force=force)
    sys.stderr.write(say("written", lang, file=output) + "\n")


def export(
    scenario: options.ScenarioName,
    output: OutputFile,
    what: Annotated[
        What,
        typer.Option("--what", metavar="VAD", help="ledger, comparison eller record.", rich_help_panel=options.ASKED),
    ] = "ledger",
    alternative: options.AlternativeName = None,
    baseline: BaselineOption = False,
    lang: options.LangOption = "sv",
    force: options.ForceOption = False,
) -> None:
    """Write a ledger, a comparison or a run record."""
    subject = _subject(scenario, alternative, baseline=baseline)
    match what:
        case "ledger":
            ut.write.ledger(subject, output, lang=lang, force=force)
        case "comparison":
            ut.write.comparison(subject, output, lang=lang, force=force)
        case "record":
            ut.write.record(subject, output, force=force)
    sys.stderr.write(say("written", lang, file=output) + "\n")


def _subject(scenario: str, alternative: str | None, *, baseline: bool) -> "ut.Result | ut.Comparison":
    """Return what is written about: a comparison where there is an alternative, otherwise the result."""
    result = result_of(scenario)
    if baseline or (alternative is None and not result.alternatives):
        return result
    return result.compare(alternative or the_alternative(result))
