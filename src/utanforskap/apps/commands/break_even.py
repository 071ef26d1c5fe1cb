"""What must be true for the money to be back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from utanforskap.apps import options
from utanforskap.apps.cases import compared, result_of
from utanforskap.apps.deliver import Delivery
from utanforskap.apps.words import say, word

if TYPE_CHECKING:
    from utanforskap.analysis.results import Comparison
    from utanforskap.analysis.sensitivity import BreakEven
    from utanforskap.outputs.tables import Sheet

HELP = options.prose("""När går det ihop? Värdet på en skattning där vinsten efter insatskostnad är noll.

PARAMETER är en skattnings namn (se 'check --parameters') eller slutet på det: success. Svaret ges i personer när det är
så frågan är ställd: hur många måste lyckas.""")


def break_even(
    scenario: options.ScenarioName,
    parameter: Annotated[
        str,
        options.argument("PARAMETER", "En skattnings namn, eller slutet på det."),
    ],
    perspective: options.PerspectiveName = "society",
    every: Annotated[
        bool,
        options.asked("--every", "Svara för varje perspektiv och berörd aktör, i stället för --perspective."),
    ] = False,
    alternative: options.AlternativeName = None,
    part: options.PartNames = None,
    years: options.YearsOption = None,
    period: options.PeriodOption = None,
    discount: options.DiscountOption = None,
    base_year: options.BaseYearOption = None,
    realisable: options.RealisableOption = False,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Print at which value of a parameter the net gain is zero."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force)
    gain = compared(result_of(scenario), alternative)
    from utanforskap.analysis.captions import caption
    from utanforskap.analysis.summaries import titled
    from utanforskap.outputs.tables import Answer
    from utanforskap.terms import Reading

    fields = options.fields(
        part=part, years=years, period=period, discount=discount, base_year=base_year, realisable=realisable
    )
    asked = Reading.of(measure="net_gain", alternative=gain.alternative, perspective=perspective, **fields)
    found = [
        _Found(
            perspective=gain.case.perspective(each).title[lang],
            answer=gain.break_even(parameter, perspective=each, **fields),
            gain=gain.read(perspective=each, **fields),
        )
        for each in (_perspectives(gain) if every else [perspective])
    ]
    name = found[0].answer.parameter
    unit = str(getattr(gain.case.estimate(name), "unit", None) or "")
    answer = Answer(
        title=titled(gain.readable, gain.alternative, lang),
        sheets=(_sheet(found, unit=unit, caption=caption(gain.case, asked, lang), lang=lang),),
        lead=tuple(each.sentence(lang) for each in found if not every),
        facts={"scenario": gain.case.id, "alternative": gain.alternative, "parameter": name, "unit": unit},
    )
    delivery.deliver(answer)


def _perspectives(gain: "Comparison") -> list[str]:
    """Return the perspectives declared as data, and every actor with something at stake."""
    from utanforskap.analysis.gains import at_stake
    from utanforskap.terms import shipped_perspectives

    return [*shipped_perspectives(), *at_stake(gain.readable, gain.alternative)]


@dataclass(frozen=True)
class _Found:
    """One perspective's break-even, and what it gains as things are [kr]."""

    perspective: str
    answer: "BreakEven"
    gain: float

    def value(self, lang: options.Lang) -> str:
        """Return the value as a bound: the least or the most with which there is a gain."""
        from utanforskap.analysis.wording import significant

        if self.answer.value is None:
            return say("always" if self.gain > 0 else "never", lang)
        shown = significant(self.answer.value, lang=lang)
        if self.answer.value == self.answer.point:
            return shown
        return say("least" if (self.answer.point > self.answer.value) == (self.gain > 0) else "most", lang, value=shown)

    def persons(self, lang: options.Lang) -> str:
        """Return how many persons that is, and out of how many."""
        from utanforskap.analysis.wording import NONE, significant

        if self.answer.persons is None:
            return NONE
        if self.answer.out_of is None:
            return str(self.answer.persons)
        return say("out_of", lang, persons=self.answer.persons, all=significant(self.answer.out_of, lang=lang))

    def sentence(self, lang: options.Lang) -> str:
        """Return the answer in a sentence."""
        from utanforskap.analysis.wording import significant

        said = {"perspective": self.perspective, "parameter": self.answer.parameter, "value": self.value(lang)}
        point = significant(self.answer.point, lang=lang)
        if self.answer.value is None:
            low, high = (significant(end, lang=lang) for end in self.answer.searched)
            return say("impossible", lang, **said, low=low, high=high)
        if self.answer.persons is None:
            return say("found", lang, **said, point=point)
        return say("found_persons", lang, **said, point=point, persons=self.persons(lang))


def _sheet(found: Sequence[_Found], *, unit: str, caption: str, lang: options.Lang) -> "Sheet":
    import pandas as pd

    from utanforskap.analysis.wording import significant
    from utanforskap.outputs.tables import Sheet

    def columns(*ids: str) -> list[str]:
        return [word("columns", id_, lang) for id_ in ids]

    index = pd.Index([each.perspective for each in found], name=word("columns", "perspective", lang))
    answers = [each.answer for each in found]
    frame = pd.DataFrame(
        [(each.value, each.persons, each.out_of, each.point, *each.searched) for each in answers],
        index=index,
        columns=columns("breaks_even", "persons", "out_of", "stated", "from", "to"),
        dtype=object,
    )
    parameter = answers[0].parameter
    # Whose net gain stands in the rows: the caption's first two pieces, measure and perspective, say only one.
    terms = caption.split("; ", 2)[2] if len(found) > 1 else caption
    frame.attrs = {"caption": "; ".join(filter(None, (terms, unit)))}
    shown = pd.DataFrame(
        [
            (each.value(lang), each.persons(lang), significant(each.answer.point, lang=lang), _searched(each, lang))
            for each in found
        ],
        index=index,
        columns=columns("breaks_even", "persons", "stated", "searched"),
    )
    shown.attrs = frame.attrs
    title = word("titles", "break_even", lang).format(parameter=parameter)
    return Sheet("break_even", title, frame, shown=shown, texts=(shown.columns[0],))


def _searched(found: _Found, lang: options.Lang) -> str:
    from utanforskap.analysis.wording import significant

    low, high = (significant(end, lang=lang) for end in found.answer.searched)
    return say("interval", lang, low=low, high=high)
