"""An evaluation of a measure from its participants' data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import utanforskap as ut
from utanforskap.apps import options
from utanforskap.apps.deliver import Delivery, tell_written
from utanforskap.errors import QuestionError

HELP = options.prose("""Räkna ett socioekonomiskt bokslut ur deltagarnas egna uppgifter.

UPPGIFTER är deltagarnas uppgifter (CSV, Excel eller Parquet), och --programme kalkylen som har insatsen. Kolumnerna
läses efter mappningen (se followup suggest). Eller så är UPPGIFTER en utvärderingsfil (.yaml), som säger allt detta och
det som ska sägas i ord.

Med --report skrivs rapporten (.html, .md, .docx eller .pdf), med --record protokollet (.json) som en bank samlar. Inget
som skrivs visar tal som vilar på färre än fem personer.""")

# As in `inputs.followup.plan`, which `--help` should not wait for; a test holds them together.
Design = Literal[
    "before_after", "stated_deadweight", "before_trend", "difference_in_differences", "matched", "weighted"
]
Weighting = Literal["propensity", "entropy"]

MAPPING = "mappning.yaml"
_PLAN_ENDINGS = (".yaml", ".yml")


def evaluate(
    data: Annotated[
        str,
        options.argument(
            "UPPGIFTER", "Deltagarnas uppgifter, eller en utvärderingsfil; eller en medföljande kalkyl som har en."
        ),
    ],
    programme: Annotated[
        str | None,
        options.asked("--programme", "Kalkylen som har insatsen; en utvärderingsfil säger sin egen.", "SCENARIO"),
    ] = None,
    alternative: Annotated[
        str | None,
        options.asked("--alternative", "Kalkylens alternativ; behövs inte där det bara finns ett med en insats.", "ID"),
    ] = None,
    mapping: Annotated[
        Path | None, options.asked("--mapping", f"Mappningsfilen; annars {MAPPING} bredvid uppgifterna.", "FIL")
    ] = None,
    persons: Annotated[Path | None, options.asked("--persons", "Uppgifter om varje person, i egen fil.", "FIL")] = None,
    design: Annotated[
        Design | None,
        options.asked(
            "--design",
            f"Vad deltagarna jämförs med: {', '.join(get_args(Design))}. Utan angivelse jämförelsegruppen om "
            "uppgifterna har en (difference_in_differences), annars läget före (before_after).",
            "UPPLÄGG",
        ),
    ] = None,
    deadweight: Annotated[
        float | None, options.asked("--deadweight", "Dödvikten, 0 till 1, för stated_deadweight.", "ANDEL")
    ] = None,
    covariate: Annotated[
        list[str] | None,
        options.asked("--covariate", "Vad grupperna görs lika i, för matched och weighted; kan upprepas.", "KOLUMN"),
    ] = None,
    neighbours: Annotated[
        int | None, options.asked("--neighbours", "Hur många varje deltagare minst jämförs med, för matched.", "ANTAL")
    ] = None,
    by: Annotated[
        Weighting | None,
        options.asked("--by", f"Hur jämförelsegruppen viktas, för weighted: {', '.join(get_args(Weighting))}.", "SÄTT"),
    ] = None,
    years_before: Annotated[
        int | None, options.asked("--years-before", "Så många år före starten läses; annars ett.", "ANTAL")
    ] = None,
    years: Annotated[
        int | None, options.asked("--years", "Så många år efter starten räknas som observerade; annars ett.", "ANTAL")
    ] = None,
    persistence: Annotated[
        str | None,
        options.asked("--persistence", "Vad som följer därefter: none, drop_off eller en av kalkylens banor.", "SÄTT"),
    ] = None,
    split: Annotated[
        list[str] | None, options.asked("--split", "En uppdelning: age, eller en kolumn; kan upprepas.", "KOLUMN")
    ] = None,
    actual: Annotated[
        list[str] | None,
        options.asked("--actual", "En skattning i kalkylen som blev en annan; kan upprepas.", "NAMN=TAL"),
    ] = None,
    draws: Annotated[int | None, options.asked("--draws", "Dragningar, 0 till 4096.", "ANTAL")] = None,
    seed: Annotated[int | None, options.asked("--seed", "Samma frö ger alltid samma dragningar.", "FRÖ")] = None,
    report: Annotated[Path | None, options.written("--report", "Skriv rapporten.", "FIL")] = None,
    record: Annotated[Path | None, options.written("--record", "Skriv protokollet (.json).", "FIL")] = None,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    unit: options.UnitOption = None,
    table: options.TableOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Make an evaluation."""
    from utanforskap.outputs.evaluation.tables import answer
    from utanforskap.outputs.files import refuse_to_overwrite
    from utanforskap.outputs.write import check_report

    how = Delivery(lang, format, output, force, unit, table)
    if report is not None:
        check_report(report, force=force)
    if record is not None:
        refuse_to_overwrite(record, force=force)
    compared = {
        "kind": design, "deadweight": deadweight, "covariates": covariate, "neighbours": neighbours, "by": by,
        "years_before": years_before,
    }  # fmt: skip
    asked = {
        "alternative": alternative,
        "mapping": None if mapping is None else str(mapping),
        "persons": None if persons is None else str(persons),
        "design": _stated(compared),
        "years": years,
        "persistence": persistence,
        "splits": split,
        "actual": dict(_pairs(actual or [])),
        "seed": seed,
    }
    if Path(data).suffix.lower() in _PLAN_ENDINGS or data in ut.bundled():
        _refuse_beside_a_file(_stated(asked))
        found = ut.evaluate_file(data, case=programme, draws=draws)
    else:
        found = ut.evaluate_file(_said(data, programme, _stated(asked | {"draws": draws})))
    if report is not None:
        ut.write.report(found, report, lang=lang, force=force)
        tell_written(report, lang)
    if record is not None:
        ut.write.record(found, record, force=force)
        tell_written(record, lang)
    if report is None or output is not None or table is not None:
        how.deliver(answer(found, lang=lang))


def _stated(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value not in (None, [], {})}


def _refuse_beside_a_file(asked: dict[str, Any]) -> None:
    if asked:
        raise QuestionError(
            f"An evaluation file says this itself: {', '.join(asked)}.\n"
            "Change it there; beside it --programme and --draws can be stated."
        )


def _said(data: str, programme: str | None, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what an evaluation file would say of data and options."""
    if programme is None:
        raise QuestionError(
            "What participants' time is worth is said by a calculation that has the programme.\n"
            "State it with --programme: a bundled scenario's name, or a file."
        )
    beside = Path(data).parent / MAPPING
    mapping = asked.pop("mapping", str(beside))
    if mapping == str(beside) and not beside.is_file():
        raise QuestionError(
            f"There is no mapping beside the data ('{beside}'), and none is stated with --mapping.\n"
            f"Have one suggested and check it: utanforskap followup suggest {data} --output {beside}"
        )
    if "design" in asked and "kind" not in asked["design"]:
        raise QuestionError(f"What is said of a design needs one, with --design: {', '.join(asked['design'])}.")
    return {"format": 1, "case": programme, "data": data, "mapping": mapping, **asked}


def _pairs(actual: list[str]) -> Iterator[tuple[str, float]]:
    for each in actual:
        name, _, number = each.partition("=")
        try:
            yield name.strip(), float(number)
        except ValueError:
            raise QuestionError(
                f"'{each}' is not an estimate and its number: write it as "
                "programmes.arbetsvagen.costs.drift.amount=52000."
            ) from None
