"""What moves an answer most."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from utanforskap.apps import options
from utanforskap.apps.cases import result_of, standing, the_alternative
from utanforskap.apps.deliver import Delivery
from utanforskap.apps.words import say, word

if TYPE_CHECKING:
    from utanforskap.analysis.results import Result
    from utanforskap.analysis.sensitivity import Swing
    from utanforskap.inputs.case import Case
    from utanforskap.outputs.tables import Sheet
    from utanforskap.terms import Reading

HELP = options.prose("""Vad som flyttar svaret mest: varje skattning från låg till hög, och varje val, ett i taget.

Skattningar utan angivet spann står för sig, med det värde som skulle göra svaret till noll. Två skattningar åt gången:
--two-way A B. Allt ogynnsamt och allt gynnsamt på en gång: --named.""")

_WIDTH = 20
_NOWHERE, _MOVED, _POINT = "·", "━", "┃"


def tornado(
    scenario: options.ScenarioName,
    alternative: options.AlternativeName = None,
    perspective: options.PerspectiveName = "society",
    measure: options.GainOrCostOption = None,
    top: options.TopOption = 15,
    two_way: Annotated[
        tuple[str, str] | None,
        options.asked("--two-way", "Ett rutnät över två skattningar: den första nedåt, den andra åt höger.", "A B"),
    ] = None,
    named: Annotated[
        bool,
        options.asked("--named", "Allt ogynnsamt och allt gynnsamt på en gång."),
    ] = False,
    part: options.PartNames = None,
    years: options.YearsOption = None,
    period: options.PeriodOption = None,
    discount: options.DiscountOption = None,
    base_year: options.BaseYearOption = None,
    counterfactual: options.CounterfactualOption = None,
    realisable: options.RealisableOption = False,
    tax_factor: options.TaxFactorOption = False,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    unit: options.UnitOption = None,
    table: options.TableOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Print what moves a reading most."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force, unit=unit, table=table)
    result = result_of(scenario)
    from utanforskap.analysis.sensitivity import tornado as swings_of
    from utanforskap.analysis.summaries import titled
    from utanforskap.outputs.tables import Answer
    from utanforskap.terms import Reading

    fields = options.fields(
        part=part, years=years, period=period, discount=discount, base_year=base_year, counterfactual=counterfactual,
        realisable=realisable, tax_factor=tax_factor,
    )  # fmt: skip
    asked = Reading.of(**_of(result, measure, alternative), perspective=perspective, **fields)
    told = _Told(swings_of(result.readable, asked), result.case, asked, top=top, unit=unit, lang=lang)
    sheets = [
        *([_grid(result, asked, two_way, unit, lang)] if two_way is not None else []),
        *([_named(result, asked, unit, lang)] if named else []),
        *told.sheets(),
    ]
    delivery.deliver(
        Answer(
            title=titled(result.readable, asked.alternative, lang),
            sheets=tuple(sheets),
            lead=told.lead(),
            notes=(*told.notes(), *standing(result.case, scenario=scenario, lang=lang)),
            facts={"scenario": result.case.id, "alternative": asked.alternative, "reading": asked.model_dump()},
        )
    )


def _of(result: "Result", measure: options.Measure | None, alternative: str | None) -> dict[str, str]:
    """Return the measure and the alternative that are asked about: a gain where the case has an alternative."""
    chosen = measure or ("net_gain" if result.alternatives else "cost_of_exclusion")
    if alternative is None and not chosen.endswith("gain"):
        return {"measure": chosen}
    return {"measure": chosen, "alternative": alternative or the_alternative(result)}


@dataclass(frozen=True)
class _Told:
    """Swings as people read them."""

    swings: Sequence["Swing"]
    case: "Case"
    asked: "Reading"
    top: int
    unit: options.Unit | None
    lang: options.Lang

    @property
    def ranged(self) -> "list[Swing]":
        """Those with a range, the farthest first."""
        return [each for each in self.swings if each.kind != "no_range"]

    @property
    def without(self) -> "list[Swing]":
        """Those without one, first what would turn the sign, and of that what is said of programmes."""
        found = [each for each in self.swings if each.kind == "no_range"]
        return sorted(
            found,
            key=lambda each: (not each.matters, each.turns_at is None, not each.name.startswith("programmes.")),
        )

    @cached_property
    def chosen(self) -> options.Unit:
        """The unit that amounts are shown in."""
        from utanforskap.analysis.wording import suitable_unit

        return self.unit or suitable_unit(end for each in self.ranged for end in self._ends(each))

    def sheets(self) -> "list[Sheet]":
        """Return a table of each kind that there is."""
        ranged = [(self._span(each), self._reads(each), self._bar(each)) for each in self.ranged[: self.top]]
        without = [(self._value(each.point), self._turns(each)) for each in self.without[: self.top]]
        found = [
            self._sheet("tornado", self.ranged, ranged, ("span", "reads", "bar")),
            self._sheet("no_range", self.without, without, ("stated", "turns_at")),
        ]
        return [sheet for sheet in found if len(sheet.frame)]

    def lead(self) -> tuple[str, ...]:
        """Return what is read as things are, and what changes its sign within its range."""
        from utanforskap.analysis.wording import amount

        read = amount(self.swings[0].at_point, self.chosen, lang=self.lang)
        turning = [self._name(each) for each in self.ranged if each.changes_sign]
        told = say("turns", self.lang, names=", ".join(turning)) if turning else say("turns_not", self.lang)
        return (say("as_stated", self.lang, amount=read), told)

    def notes(self) -> tuple[str, ...]:
        """Return how many rows are not shown, and why."""
        further = len(self.ranged[self.top :]) + len(self.without[self.top :])
        idle = sum(not each.matters for each in self.swings)
        said = [say("further", self.lang, n=further, shown=self.top)] if further else []
        return (*said, *([say("idle", self.lang, n=idle)] if idle else []))

    def _sheet(
        self, name: str, rows: "Sequence[Swing]", cells: Sequence[tuple[str, ...]], columns: Sequence[str]
    ) -> "Sheet":
        import pandas as pd

        from utanforskap.analysis.sensitivity import swing_table
        from utanforskap.outputs.tables import Sheet
        from utanforskap.terms import label

        whole = swing_table(list(rows), self.case, self.asked, lang=self.lang)
        shown = pd.DataFrame(
            cells,
            index=whole.index[: len(cells)],
            columns=[word("columns", column, self.lang) for column in columns],
        )
        shown.attrs = dict(whole.attrs)
        if name == "tornado":
            shown.attrs["caption"] += f"; {label('kronor', self.chosen, self.lang)}"
        return Sheet(name, word("titles", name, self.lang), whole, shown=shown)

    def _name(self, each: "Swing") -> str:
        from utanforskap.analysis.sensitivity import swing_label

        return swing_label(each, self.lang)

    def _span(self, each: "Swing") -> str:
        from utanforskap.analysis.sensitivity import choice_text

        low, high = (
            choice_text(self.case, each.name, end, self.lang) if isinstance(end, str) else self._value(end)
            for end in (each.low, each.high)
        )
        return say("interval", self.lang, low=low, high=high)

    def _value(self, value: float | str | None) -> str:
        from utanforskap.analysis.wording import NONE, significant

        return significant(value, lang=self.lang) if isinstance(value, float) else NONE

    def _turns(self, each: "Swing") -> str:
        return self._value(each.turns_at) if each.matters else say("idle_row", self.lang)

    def _reads(self, each: "Swing") -> str:
        from utanforskap.analysis.wording import in_unit

        low, high = (in_unit(end, self.chosen, lang=self.lang) for end in self._ends(each)[::2])
        return say("interval", self.lang, low=low, high=high)

    def _bar(self, each: "Swing") -> str:
        """Return a bar from the least to the most that is read, on one axis for all, with a mark at the reading."""
        shown = self.ranged[: self.top]
        least = min(min(self._ends(other)) for other in shown)
        most = max(max(self._ends(other)) for other in shown)
        step = (most - least) / (_WIDTH - 1) or 1.0
        low, high, point = (
            round((read - least) / step) for read in (min(self._ends(each)), max(self._ends(each)), each.at_point)
        )
        marks = [_MOVED if low <= place <= high else _NOWHERE for place in range(_WIDTH)]
        marks[point] = _POINT
        return "".join(marks)

    def _ends(self, each: "Swing") -> tuple[float, float, float]:
        """Return what is read at low, at the point and at high [kr]."""
        assert each.at_low is not None
        assert each.at_high is not None
        return each.at_low, each.at_point, each.at_high


def _grid(
    result: "Result", asked: "Reading", names: tuple[str, str], unit: options.Unit | None, lang: options.Lang
) -> "Sheet":
    """Return a grid over two parameters, and where along each row the reading is zero."""
    import pandas as pd

    from utanforskap.analysis.sensitivity import grid_table, two_way
    from utanforskap.analysis.wording import in_unit, significant, suitable_unit
    from utanforskap.outputs.tables import Sheet
    from utanforskap.terms import label

    full = result.compare(asked.alternative).full_name if asked.alternative is not None else result.case.full_name
    rows, columns = map(full, names)
    found = two_way(result.readable, asked, rows, columns)
    whole = grid_table(found, result.case, asked, lang=lang)
    chosen = unit or suitable_unit(found.reads.flat)

    def number(value: float) -> str:
        return significant(value, lang=lang)

    cells = [
        [*(in_unit(read, chosen, lang=lang) for read in reads), number(turns)]
        for reads, turns in zip(found.reads, found.turns_at, strict=True)
    ]
    shown = pd.DataFrame(
        cells,
        index=pd.Index([number(value) for value in found.row_values], name=rows),
        columns=[*(number(value) for value in found.column_values), whole.columns[-1]],
    )
    shown.attrs = dict(whole.attrs)
    shown.attrs["caption"] += f"; {label('kronor', chosen, lang)}; {say('two_ways', lang, rows=rows, columns=columns)}"
    return Sheet("two_way", word("titles", "two_way", lang).format(rows=rows, columns=columns), whole, shown=shown)


def _named(result: "Result", asked: "Reading", unit: options.Unit | None, lang: options.Lang) -> "Sheet":
    """Return what is read with everything bad, as stated, and good at once."""
    from utanforskap.analysis.sensitivity import named_table
    from utanforskap.analysis.wording import in_unit, suitable_unit
    from utanforskap.outputs.tables import Sheet
    from utanforskap.terms import label

    whole = named_table(result.readable, asked, lang=lang)
    reads = whole.iloc[0]
    chosen = unit or suitable_unit(reads)
    shown = reads.map(lambda read: in_unit(read, chosen, lang=lang)).to_frame(label("kronor", chosen, lang))
    shown.attrs = dict(whole.attrs)
    moved = say("moved", lang, n=len(whole) - 1)
    return Sheet("named", word("titles", "named", lang), whole, shown=shown, footnotes=(moved,))
