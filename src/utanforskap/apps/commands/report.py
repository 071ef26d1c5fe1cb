"""The report for a board, and data for other tools."""

from pathlib import Path
from typing import Annotated, Literal

import utanforskap as ut
from utanforskap.apps import options
from utanforskap.apps.cases import compared, result_of
from utanforskap.apps.deliver import tell_written
from utanforskap.errors import QuestionError

What = Literal["ledger", "comparison", "record"]

REPORT_HELP = options.prose("""Skriv en rapport att lägga på ett styrelsebord.

Sammanfattning, fältets fem kalkyler, bilder, känslighet, antaganden, priser med källa och ett körprotokoll.

Filens ändelse säger vilken form: .html, .md, .docx eller .pdf. Har kalkylen inget alternativ, eller med --baseline,
handlar rapporten om vad utanförskapet kostar. Är något i kalkylen osäkert simuleras det.""")
EXPORT_HELP = options.prose("""Skriv data för andra verktyg.

Huvudboken (ledger) har en rad per post och år; med ett alternativ är den utan insats minus alternativet. Jämförelsen
(comparison) har vinsten per perspektiv, aktör, roll och år. Båda skrivs som .csv eller .parquet. Körprotokollet
(record, .json) bär hela kalkylen med sig: 'rerun' gör om körningen ur det.""")

OutputFile = Annotated[Path, options.output_file("Filen som skrivs.")]
BaselineOption = Annotated[
    bool,
    options.asked("--baseline", "Utan insats, också där det finns alternativ."),
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
    tell_written(output, lang)


def export(
    scenario: options.ScenarioName,
    output: OutputFile,
    what: Annotated[
        What,
        options.asked("--what", "ledger, comparison eller record.", "VAD"),
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
    tell_written(output, lang)


def _subject(scenario: str, alternative: str | None, *, baseline: bool) -> "ut.Result | ut.Comparison":
    """Return what is written about: a comparison where there is an alternative, otherwise the result."""
    if baseline and alternative is not None:
        raise QuestionError("--baseline is without any alternative, so it does not go with --alternative.")
    result = result_of(scenario)
    if baseline or (alternative is None and not result.alternatives):
        return result
    return compared(result, alternative)
