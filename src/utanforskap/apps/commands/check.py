"""What is wrong in a file, and what is worth knowing about it."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

import utanforskap as ut
from utanforskap.apps import options
from utanforskap.apps.deliver import Delivery
from utanforskap.apps.words import say, word
from utanforskap.errors import Finding, InputError

if TYPE_CHECKING:
    import pandas as pd

    from utanforskap.inputs.case import Case
    from utanforskap.outputs.tables import Sheet

HELP = options.prose("""Granska en kalkyl: alla fel på en gång, och vad en läsare av resultaten bör veta.

Slutar med 1 om något är fel (med --strict också vid varningar), med 2 om filen inte kan öppnas.""")
_NOT_OPENED = ("no-file", "folder", "unreadable", "too-large")
_SEVERITIES = ("error", "warning", "note")


def check(
    file: options.ScenarioName,
    strict: Annotated[bool, options.asked("--strict", "Räkna varningar som fel.")] = False,
    ignore: Annotated[
        list[str] | None,
        options.asked("--ignore", "Utelämna en anmärkning, till exempel old-price; kan upprepas.", "KOD"),
    ] = None,
    parameters: Annotated[
        bool,
        options.asked(
            "--parameters", "Visa också varje skattning med namn, värde, enhet, källa och betyg, antaganden först."
        ),
    ] = False,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    table: options.TableOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Print every finding about a scenario."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force, table=table)
    case: Case | None = None
    try:
        case = ut.load(file)
        findings: Sequence[Finding] = ut.check_scenario(case, lang=lang, ignore=tuple(ignore or ()))
    except InputError as error:
        if any(finding.code in _NOT_OPENED for finding in error.findings):
            raise
        findings = error.findings
    from utanforskap.outputs.tables import Answer

    sheets = [_parameters(case, lang)] if parameters and case is not None else []
    answer = Answer(
        title=file if case is None else str(getattr(case.scenario.title, lang)),
        sheets=(*sheets, _findings(findings, lang)),
        notes=_counted(findings, strict=strict, lang=lang),
        facts={"scenario": file, "strict": strict},
    )
    delivery.deliver(answer)
    failing = ("error", "warning") if strict else ("error",)
    if any(finding.severity in failing for finding in findings):
        raise typer.Exit(1)


def _counted(findings: Sequence[Finding], *, strict: bool, lang: options.Lang) -> tuple[str, ...]:
    if not findings:
        return (say("nothing_found", lang),)
    errors, warnings, notes = (sum(finding.severity == severity for finding in findings) for severity in _SEVERITIES)
    told = say("counted", lang, errors=errors, warnings=warnings, notes=notes)
    return (told, say("strict", lang)) if strict and warnings else (told,)


def _findings(findings: Sequence[Finding], lang: options.Lang) -> "Sheet":
    import pandas as pd

    from utanforskap.outputs.tables import Sheet

    columns = [word("columns", id_, lang) for id_ in ("code", "file", "line", "column", "path", "message", "help")]
    rows = []
    for finding in findings:
        at = finding.place
        place = (None, None, None) if at is None else (at.file, at.line, at.column)
        rows.append((finding.code, *place, finding.path, finding.message, "\n".join(finding.help)))
    severities = pd.Index(
        [word("severities", finding.severity, lang) for finding in findings], name=word("columns", "severity", lang)
    )
    frame = pd.DataFrame(rows, index=severities, columns=columns, dtype=object)
    listed = tuple(_told(finding, lang) for finding in findings)
    return Sheet("findings", word("titles", "findings", lang), frame, texts=tuple(columns), listed=listed)


def _told(finding: Finding, lang: options.Lang) -> str:
    """Return a finding as the design shows one, where it stands first, with its severity and code after."""
    head = "  ".join(part for part in (str(finding.place or ""), finding.path) if part)
    severity = f"{word('severities', finding.severity, lang)} ({finding.code})"
    lines = [f"{head}  {severity}" if head else severity]
    return "\n".join([*lines, *(f"  {line}" for line in (finding.message, *finding.help))])


def _parameters(case: "Case", lang: options.Lang) -> "Sheet":
    from utanforskap.analysis.frames import estimates
    from utanforskap.analysis.wording import significant
    from utanforskap.outputs.tables import Sheet
    from utanforskap.terms import labels

    of = labels("columns", lang)
    frame = estimates(case, lang=lang).set_index(of["name"])

    def told(name: str, row: "pd.Series[Any]") -> str:
        value = f"{significant(row[of['value']], lang=lang)} {row[of['unit']]}".strip()
        low, high = row[of["low"]], row[of["high"]]
        if not math.isnan(low + high):
            ends = {"low": significant(low, lang=lang), "high": significant(high, lang=lang)}
            value += f" ({say('interval', lang, **ends)})"
        return f"{row[of['grade']]}  {name} = {value}\n   {row[of['source']]}"

    texts = tuple(of[id_] for id_ in ("unit", "source", "grade", "note"))
    listed = tuple(told(str(name), row) for name, row in frame.iterrows())
    return Sheet("parameters", word("titles", "parameters", lang), frame, texts=texts, listed=listed)
