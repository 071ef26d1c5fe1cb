"""What it is worth to know more before deciding, as it is answered."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from utanforskap.analysis import markup
from utanforskap.analysis.captions import caption
from utanforskap.analysis.uncertainty import told
from utanforskap.analysis.uncertainty.told import choice_title, group_title, kronor, say
from utanforskap.analysis.value_of_information import Worth
from utanforskap.analysis.wording import (
    KronorUnit,
    decimals_of,
    number,
    percent,
    scaled,
    significant,
    suitable_unit,
)
from utanforskap.inputs.case import Case
from utanforskap.terms import Lang, Reading, label, labels

if TYPE_CHECKING:
    import pandas as pd

_THEN = 2  # more are named in the table
_DIGITS = 10

APART = 2.0
"""How many standard errors above zero a value is that is told apart from it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What it is worth to know some estimates before deciding.

    Attributes
    ----------
    names : tuple of str
        The estimates: one, or those that are drawn together or belong to a group.
    worth : Worth
        What that is worth [kr, 0 or more], scaled to the population.
    share : float
        Its share of what it is worth to know everything [0 to 1]; 0 where that is worth nothing.
    """

    names: tuple[str, ...]
    worth: Worth
    share: float

    @property
    def told_apart(self) -> bool:
        """Whether the value is so far above zero that it is not the chance of these draws."""
        return self.worth.value > APART * self.worth.standard_error


@dataclass(frozen=True, eq=False)
class InformationValue:
    """What it is worth to know more before deciding, and what is best as things are known.

    Attributes
    ----------
    case : Case
        The case.
    readings : mapping of str to Reading
        Whose gain each alternative is judged by, by its id; doing nothing gains 0.
    draws, seed : int
        How many draws were made, and from which seed.
    population : float
        How many decisions like this one the values are scaled to [0 or more].
    gains, gain_errors : mapping of str or None to float
        What each choice is expected to gain, the mean over draws, and its standard error [kr, for one such decision];
        None is to do nothing.
    chosen : str or None
        The choice that is best on average, and made if nothing more is found out.
    chosen_at_point : str or None
        The choice that is best at the estimates' point values.
    wrong, wrong_error : float
        In which share of draws another choice is better than `chosen` [0 to 1], and its Monte Carlo standard error.
    everything : Known
        What it is worth to know every uncertain estimate (EVPI) [kr].
    alone : mapping of str to Known
        What it is worth to know each estimate, or each set that is drawn together (EVPPI) [kr]; most first.
    groups : mapping of str to Known
        The same of groups of them; most first.
    """

    case: Case
    readings: Mapping[str, Reading]
    draws: int
    seed: int
    population: float
    gains: Mapping[str | None, float]
    gain_errors: Mapping[str | None, float]
    chosen: str | None
    chosen_at_point: str | None
    wrong: float
    wrong_error: float
    everything: Known
    alone: Mapping[str, Known]
    groups: Mapping[str, Known]

    @property
    def to_find_out(self) -> tuple[str, ...]:
        """What is worth finding out, first what is worth most alone: only what is told apart from zero."""
        return tuple(name for name, known in self.alone.items() if known.told_apart)

    def table(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return what it is worth to know everything, then each group, then each estimate alone, most first [kr].

        ``attrs`` hold the caption, unit, price year, alternatives, draws, seed and population.
        """
        import pandas as pd

        rows = self._rows(lang)
        heads = labels("columns", lang)
        columns = ("estimates", "worth", "worth_raw", "standard_error", "worth_share", "told_apart")
        frame = pd.DataFrame(
            [
                (
                    len(known.names),
                    known.worth.value,
                    known.worth.raw,
                    known.worth.standard_error,
                    known.share,
                    label("words", "yes" if known.told_apart else "no", lang),
                )
                for _, known in rows
            ],
            index=pd.Index([title for title, _ in rows], name=heads["name"]),
            columns=[heads[name] for name in columns],
        )
        frame.attrs = self._attributes(lang) | {"not_kronor": [heads["estimates"], heads["worth_share"]]}
        return frame

    def in_words(self, *, unit: KronorUnit | None = None, lang: Lang = "sv") -> "pd.DataFrame":
        """Return the table as text, amounts in one unit, with the digits that the first standard error bears.

        Parameters
        ----------
        unit : {"kr", "tkr", "Mkr"}, optional
            Mkr unless stated, or a smaller one where nothing reaches that far.
        lang : {"sv", "en"}
            The language.
        """
        import pandas as pd

        most = self.everything.worth
        chosen = unit or suitable_unit([most.value])
        decimals = told.decimals_borne(scaled(most.standard_error, chosen), otherwise=decimals_of(chosen))
        heads = labels("columns", lang)

        def cells(known: Known) -> tuple[str, ...]:
            amounts = (known.worth.value, known.worth.standard_error)
            return (
                *(told.rounded(scaled(each, chosen), decimals, lang) for each in amounts),
                percent(known.share, decimals=0, lang=lang),
                label("words", "yes" if known.told_apart else "no", lang),
            )

        rows = self._rows(lang)
        frame = pd.DataFrame(
            [cells(known) for _, known in rows],
            index=pd.Index([title for title, _ in rows], name=heads["name"]),
            columns=[heads[name] for name in ("worth", "standard_error", "worth_share", "told_apart")],
        )
        frame.attrs = self._attributes(lang)
        frame.attrs["caption"] += f"; {label('kronor', chosen, lang)}"
        return frame

    def _rows(self, lang: Lang) -> list[tuple[str, Known]]:
        return [
            (label("words", "all", lang), self.everything),
            *((group_title(group, lang), known) for group, known in self.groups.items()),
            *self.alone.items(),
        ]

    def _attributes(self, lang: Lang) -> dict[Hashable | None, Any]:
        terms = say(
            "worth_terms",
            lang,
            draws=number(self.draws, lang=lang),
            seed=self.seed,
            population=significant(self.population, digits=_DIGITS, lang=lang),
        )
        return {
            "unit": "kr",
            "price_year": self.case.scenario.money.price_year,
            "scenario": self.case.id,
            "alternatives": tuple(self.readings),
            "draws": self.draws,
            "seed": self.seed,
            "population": self.population,
            "caption": f"{caption(self.case, next(iter(self.readings.values())), lang)}; {terms}",
        }

    def sentences(self, *, lang: Lang = "sv") -> tuple[str, ...]:
        """Return what is best as things are known, how sure that is, and what to find out first."""
        said = [_chosen(self, lang)]
        if self.chosen_at_point != self.chosen:
            said.append(say("otherwise_at_point", lang, choice=choice_title(self.case, self.chosen_at_point, lang)))
        draws = number(self.draws, lang=lang)
        if self.wrong == 0.0:
            return (*said, say("never_wrong", lang, draws=draws))
        share, error = told.percent(self.wrong, self.wrong_error, lang)
        said.append(say("wrong", lang, share=share, error=error))
        said.append(say("everything", lang, **_worth(self.everything, lang)))
        if self.to_find_out:
            first, *then = self.to_find_out
            said.append(say("find_out_first", lang, name=first, **_worth(self.alone[first], lang)))
            if then:
                said.append(say("find_out_then", lang, names=", ".join(then[:_THEN])))
        else:
            said.append(say("nothing_apart", lang, draws=draws))
        group = next((group for group, known in self.groups.items() if known.told_apart), None)
        if group is not None:
            said.append(say("group_first", lang, name=group_title(group, lang), **_worth(self.groups[group], lang)))
        return tuple(said)

    def __repr__(self) -> str:
        """Return what it means, in sentences."""
        return "\n".join(self.sentences())

    def _repr_html_(self) -> str:
        """Return the sentences, and the table without those estimates that alone are worth nothing."""
        worth = [self.everything, *self.groups.values(), *self.alone.values()]
        frame = self.in_words().loc[[known.worth.value > 0.0 for known in worth]]
        said = markup.table(frame, title=label("words", "worth_of_knowing", "sv"), caption=frame.attrs["caption"])
        return markup.shown(markup.sentences(self.sentences()), said)


def _chosen(found: InformationValue, lang: Lang) -> str:
    perspective = next(iter(found.readings.values())).perspective
    titled = {"perspective": found.case.perspective(perspective).title[lang]}
    if found.chosen is None:
        return say("chosen_nothing", lang, **titled)
    gain, error = kronor(found.gains[found.chosen], found.gain_errors[found.chosen], lang)
    return say("chosen", lang, **titled, choice=choice_title(found.case, found.chosen, lang), gain=gain, error=error)


def _worth(known: Known, lang: Lang) -> Mapping[str, Any]:
    worth, error = kronor(known.worth.value, known.worth.standard_error, lang)
    return {"worth": worth, "error": error, "share": percent(known.share, decimals=0, lang=lang)}
