"""A population over the years: stock and flow, budget years, the steady state, mop or tap, many places."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from utanforskap.apps import options
from utanforskap.apps.cases import result_of, standing
from utanforskap.apps.deliver import Delivery
from utanforskap.apps.words import say, word
from utanforskap.errors import QuestionError

if TYPE_CHECKING:
    import pandas as pd

    from utanforskap.analysis.population import Population
    from utanforskap.outputs.tables import Sheet

HELP = options.prose("""En befolkning år för år: hur många som är var, vad det kostar per budgetår och nämnd, och
vart det leder.

Kalkylen har en grupp som det kommer nya till varje år (inflow). Med --mop och --tap jämförs samma pengar till att få ut
människor och till att färre hamnar där. Med --places räknas många kommuner på en gång, med
deras osäkerhet (--draws, --seed, --executor).""")

_FIRST = 4
_EVERY = 10

By = Literal["state", "age", "duration"]


def population(
    scenario: options.ScenarioName,
    alternative: options.AlternativeOrBaseline = None,
    perspective: options.PerspectiveName = "public",
    part: options.PartNames = None,
    by: Annotated[
        By,
        options.asked(
            "--by",
            "Beståndet efter tillstånd (state), också efter ålder (age) eller tid sedan start (duration).",
            "VAD",
        ),
    ] = "state",
    mop: Annotated[
        str | None,
        options.asked("--mop", "Alternativet som får ut människor.", "ID"),
    ] = None,
    tap: Annotated[
        str | None,
        options.asked("--tap", "Alternativet som gör att färre hamnar där.", "ID"),
    ] = None,
    places: Annotated[
        Path | None,
        options.asked(
            "--places", "En tabell (csv, xlsx) med place, group, year och persons: så många kommer varje år.", "FIL"
        ),
    ] = None,
    draws: options.DrawsOption = 10_000,
    seed: options.SeedOption = 1,
    executor: options.ExecutorOption = None,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    unit: options.UnitOption = None,
    table: options.TableOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Print a case as a population."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force, unit=unit, table=table)
    _refuse_what_does_not_go_together(mop, tap, places, {"--alternative": alternative, "--part": part})
    result = result_of(scenario)
    told = result.population()
    from utanforskap.analysis.summaries import titled
    from utanforskap.outputs.tables import Answer

    fields = {**options.fields(part=part, alternative=alternative), "perspective": perspective}
    lead: tuple[str, ...] = ()
    if places is not None:
        sheets = _places(told, places, fields, draws=draws, seed=seed, executor=executor, lang=lang)
    elif mop is not None and tap is not None:
        sheets, lead = _mop(told, mop, tap, perspective, lang)
    else:
        sheets, lead = _whole(told, by, fields, unit, lang)
    delivery.deliver(
        Answer(
            title=titled(result.readable, alternative, lang),
            sheets=tuple(sheets),
            lead=lead,
            notes=(say("years_shown", lang), *standing(result.case, scenario=scenario, lang=lang)),
            facts={"scenario": result.case.id, "alternative": alternative},
        )
    )


def _refuse_what_does_not_go_together(
    mop: str | None, tap: str | None, places: Path | None, read: Mapping[str, object]
) -> None:
    """Refuse what a question would pass over in silence.

    Raises
    ------
    QuestionError
        If mop or tap is missing or they are the same, or another question is asked beside.
    """
    if (mop is None) != (tap is None):
        raise QuestionError("--mop and --tap are held against each other: name both.")
    if mop is None:
        return
    if mop == tap:
        raise QuestionError(f"--mop and --tap are both '{mop}': name two different alternatives.")
    beside = [name for name, said in {"--places": places, **read}.items() if said is not None]
    if beside:
        raise QuestionError(f"--mop and --tap do not go with {', '.join(beside)}.")


def _whole(
    told: "Population", by: By, fields: dict[str, Any], unit: options.Unit | None, lang: options.Lang
) -> "tuple[list[Sheet], tuple[str, ...]]":
    alternative = fields.get("alternative")
    stock = told.stock(by=by, alternative=alternative, lang=lang)
    name = "stock" if by == "state" else f"stock_{by}"
    sheets = [
        _by_year(name, stock, lang),
        _by_year("flows", told.flows(alternative=alternative, lang=lang), lang),
        _budget(told.by_budget_year(unit="kr", lang=lang, **fields), unit, lang),
        _sheet("totals", told.totals(lang=lang, **fields), lang, has_total=True),
    ]
    try:
        steady = told.steady_state()
    except QuestionError as error:
        return sheets, (say("no_steady_state", lang, why=str(error).splitlines()[0]),)
    sheets.append(_sheet("steady_stock", _flat(steady.stock(alternative=alternative, lang=lang)), lang))
    sheets.append(_sheet("steady_amounts", steady.amounts(lang=lang, **fields), lang, has_total=True))
    return sheets, ()


def _mop(
    told: "Population", mop: str, tap: str, perspective: str, lang: options.Lang
) -> "tuple[list[Sheet], tuple[str, ...]]":
    from utanforskap.analysis.wording import significant
    from utanforskap.terms import label

    found = told.mop_or_tap(mop=mop, tap=tap, perspective=perspective)
    table = found.table(lang=lang)
    helped = label("columns", "helped", lang)
    persons = table[helped]
    frame = table.drop(columns=helped).T
    frame.attrs = dict(table.attrs)
    lead = [f"{helped}: {', '.join(f'{name} {significant(float(n), lang=lang)}' for name, n in persons.items())}."]
    lead.append(say("mop_persons", lang, n=significant(found.persons, lang=lang)))
    dearer = found.times_dearer()
    if dearer is not None:
        lead.append(say("mop_dearer", lang, n=significant(dearer, digits=3, lang=lang)))
    return [_sheet("mop_or_tap", frame, lang)], tuple(lead)


def _places(
    told: "Population",
    table: Path,
    fields: dict[str, Any],
    *,
    draws: int,
    seed: int,
    executor: str | None,
    lang: options.Lang,
) -> "list[Sheet]":
    from utanforskap.analysis.population.budget import reading_of
    from utanforskap.apps.executors import executor as spread_over
    from utanforskap.outputs.tables import Sheet

    asked = reading_of(told.readable, fields)
    with spread_over(executor) as carrier:
        found = told.places(table, asked, n=draws, seed=seed, executor=carrier)
    frame = found.table(lang=lang)
    title = word("titles", "places", lang).format(reading=told.readable.case.perspective(asked.perspective).title[lang])
    kept = frame.iloc[:, [0, 1, 3, 4, 6]]
    kept.attrs = {**frame.attrs, "not_kronor": (kept.columns[-1],)}
    return [Sheet("places", title, kept)]


def _by_year(name: str, frame: "pd.DataFrame", lang: options.Lang) -> "Sheet":
    """Return a table of which a screen shows the first years, some later ones and the last."""
    from utanforskap.outputs.tables import Sheet

    flat = _flat(frame)
    return Sheet(name, word("titles", name, lang), flat, shown=_in_words(_some_years(flat), lang))


def _budget(frame: "pd.DataFrame", unit: options.Unit | None, lang: options.Lang) -> "Sheet":
    """Return kronor by budget year: all years as numbers, and some of them in words and in a unit that suits them."""
    from utanforskap.analysis.wording import in_unit, suitable_unit
    from utanforskap.outputs.tables import Sheet
    from utanforskap.terms import label

    some = _some_years(frame)
    chosen = unit or suitable_unit(some.to_numpy().flat)
    shown = some.map(lambda amount: in_unit(float(amount), chosen, lang=lang))
    about, _, _ = str(frame.attrs["caption"]).rpartition("; ")
    shown.attrs = {**frame.attrs, "caption": f"{about}; {label('kronor', chosen, lang)}"}
    return Sheet("budget", word("titles", "budget", lang), frame, shown=shown, has_total=True)


def _sheet(name: str, frame: "pd.DataFrame", lang: options.Lang, *, has_total: bool = False) -> "Sheet":
    from utanforskap.outputs.tables import Sheet

    return Sheet(name, word("titles", name, lang), frame, has_total=has_total)


def _flat(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table whose rows are called by one name each; the group is left out where there is one only."""
    index: Any = frame.index
    flat = frame.copy()
    if index.nlevels > 1:
        rows = index.droplevel(0) if index.get_level_values(0).nunique() == 1 else index
        flat.index = [row if isinstance(row, str) else ", ".join(map(str, row)) for row in rows]
        flat.index.name = ", ".join(rows.names)
    flat.attrs = dict(frame.attrs)
    return flat


def _some_years(frame: "pd.DataFrame") -> "pd.DataFrame":
    years = [column for column in frame.columns if isinstance(column, int)]
    shown = [year for n, year in enumerate(years) if n < _FIRST or (n + 1) % _EVERY == 0 or n == len(years) - 1]
    some = frame[[column for column in frame.columns if column in shown or column not in years]]
    some.attrs = dict(frame.attrs)
    return some


def _in_words(frame: "pd.DataFrame", lang: options.Lang) -> "pd.DataFrame":
    from utanforskap.analysis.wording import number

    shown = frame.map(lambda persons: number(float(persons), decimals=int(abs(persons) < 100), lang=lang))
    shown.attrs = dict(frame.attrs)
    return shown
