"""An evaluation's tables: numbers as they are, and the same in words. What is hidden is in neither."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from utanforskap.analysis import wording
from utanforskap.analysis.followup.accounts import PUBLIC, SOCIETY, TOP, Amount
from utanforskap.analysis.followup.evaluation import Evaluation, GroupResult
from utanforskap.analysis.followup.levels import INDIVIDUAL, OUTCOMES, STEPS
from utanforskap.analysis.followup.titles import covariate_title, state_title
from utanforskap.outputs.evaluation.words import account, count, kronor, persistence, say, shown, split, terms_of, word
from utanforskap.outputs.tables import Answer, Sheet
from utanforskap.terms import Lang, label

if TYPE_CHECKING:
    import pandas as pd

_SMALL = 0.5
_TO = "\u00a0–\u00a0"
Cells = Mapping[str, tuple[Any, str]]
"""By column: a number (None where it is not shown), and the same in words."""


def sheets(evaluation: Evaluation, *, lang: Lang) -> tuple[Sheet, ...]:
    """Return every table of an evaluation.

    Parameters
    ----------
    evaluation : Evaluation
        The evaluation.
    lang : {"sv", "en"}
        The language.
    """
    unit = unit_of(evaluation)
    made = (
        levels(evaluation, unit, lang),
        by_group(evaluation, unit, lang) if len(evaluation.groups) > 1 else None,
        by_group_and_actor(evaluation, unit, lang) if len(evaluation.groups) > 1 else None,
        individuals(evaluation, lang),
        distribution(evaluation, lang),
        steps(evaluation, lang),
        by_year(evaluation, unit, lang),
        effects(evaluation, lang),
        likeness(evaluation, lang) if evaluation.likeness else None,
        overlap(evaluation, lang) if evaluation.overlap else None,
        paybacks(evaluation, lang),
        potential(evaluation, unit, lang),
        promise(evaluation, unit, lang),
        ladder(evaluation, lang),
        facts(evaluation, lang),
    )
    return tuple(sheet for sheet in made if sheet is not None)


def answer(evaluation: Evaluation, *, lang: Lang) -> Answer:
    """Return an evaluation as an answer: all tables, with what a reader must know first."""
    return Answer(
        title=evaluation.title[lang],
        sheets=sheets(evaluation, lang=lang),
        lead=tuple(summary(evaluation, lang=lang)),
        notes=(*evaluation.told_caveats(lang=lang), say("about_hidden", lang), say("splits", lang)),
    )


def summary(evaluation: Evaluation, *, lang: Lang) -> Iterator[str]:
    """Yield the sentences that an evaluation begins with."""
    unit, society = unit_of(evaluation), evaluation.everyone.amounts[SOCIETY]

    def told(value: float | None) -> str:
        return say("hidden", lang) if value is None else wording.amount(value, unit, lang=lang)

    if society.net is not None:
        verdict = "verdict_gain" if society.net >= 0.0 else "verdict_loss"
        design = _began_small(evaluation.design_title(lang=lang))
        yield say(verdict, lang, net=told(abs(society.net)), n=evaluation.participants, design=design)
        if society.low is None:
            yield say("no_spread", lang)
        else:
            yield say("spread", lang, low=told(society.low), high=told(society.high))
        yield say("of_that", lang, observed=told(society.observed), projected=told(society.projected))
    promised = evaluation.promise
    yield say(
        "promised", lang, promised=told(promised.promised.get(SOCIETY)), happened=told(promised.happened.get(SOCIETY))
    )
    share = evaluation.realised()
    if share is not None:
        yield say("realised", lang, share=wording.percent(share, lang=lang))


def _began_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def unit_of(evaluation: Evaluation) -> wording.KronorUnit:
    """Return the unit in which an evaluation tells its kronor."""
    told = [amount.net for group in evaluation.groups for amount in group.amounts.values()]
    return wording.suitable_unit(amount for amount in told if amount is not None)


def _sheet(
    name: str,
    rows: Mapping[str, Cells],
    lang: Lang,
    *,
    caption: str = "",
    first: str = "who",
    texts: Sequence[str] = (),
    titles: Mapping[str, str] | None = None,
) -> Sheet:
    """Return a table of rows by what they are called; its columns have the shipped titles unless others are given."""
    import pandas as pd

    columns = list(next(iter(rows.values()))) if rows else []
    called = [word("columns", column, lang) if titles is None else titles[column] for column in columns]
    index = pd.Index(list(rows), name=word("columns", first, lang))

    def frame(place: int) -> "pd.DataFrame":
        data = [[cells[column][place] for column in columns] for cells in rows.values()]
        made = pd.DataFrame(data, index=index, columns=called, dtype=object)
        made.attrs["caption"] = caption
        return made

    folded = tuple(word("columns", column, lang) for column in texts)
    return Sheet(name, word("titles", name, lang), frame(0), shown=frame(1), texts=folded)


def _money(value: float | None, unit: wording.KronorUnit, lang: Lang) -> tuple[Any, str]:
    return value, kronor(value, unit, lang)


def _interval(amount: Amount, unit: wording.KronorUnit, lang: Lang) -> tuple[Any, str]:
    if amount.net is None:
        return None, say("hidden", lang)
    if amount.low is None or amount.high is None:
        return None, wording.NONE
    low, high = (wording.in_unit(end, unit, lang=lang) for end in (amount.low, amount.high))
    return f"{amount.low:.0f}–{amount.high:.0f}", f"{low}{_TO}{high}"


def levels(evaluation: Evaluation, unit: wording.KronorUnit, lang: Lang) -> Sheet:
    """Return what it was worth to society, the public sector, each actor and its committees [kr]."""
    rows: dict[str, Cells] = {}
    for name, amount in evaluation.everyone.amounts.items():
        if any(value is None or abs(value) > _SMALL for value in (amount.observed, amount.projected, amount.cost)):
            likely = "" if amount.above_zero is None else wording.percent(amount.above_zero, decimals=0, lang=lang)
            rows[account(evaluation.case, name, lang)] = {
                "observed": _money(amount.observed, unit, lang),
                "projected": _money(amount.projected, unit, lang),
                "cost": _money(amount.cost, unit, lang),
                "net": _money(amount.net, unit, lang),
                "interval": _interval(amount, unit, lang),
                "above_zero": (
                    amount.above_zero,
                    likely or (say("hidden", lang) if amount.net is None else wording.NONE),
                ),
            }
    return _sheet("levels", rows, lang, caption=_caption("levels", evaluation, unit, lang))


def _caption(id_: str, evaluation: Evaluation, unit: wording.KronorUnit, lang: Lang) -> str:
    said = say(id_, lang, terms=terms_of(evaluation, lang), price_year=evaluation.case.scenario.money.price_year)
    return f"{said} {label('kronor', unit, lang)}."


def by_group(evaluation: Evaluation, unit: wording.KronorUnit, lang: Lang) -> Sheet:
    """Return gross gain by group, for society and the public sector [kr]."""
    rows: dict[str, Cells] = {}
    for group in evaluation.groups:
        rows[split(group.by, group.value, lang)] = {
            "persons": (group.persons, count(group.persons, lang)),
            **{name: _money(_gross(group, name), unit, lang) for name in (SOCIETY, PUBLIC)},
            "interval": _interval(group.amounts[SOCIETY], unit, lang) if group.by else (None, wording.NONE),
        }
    return _sheet("groups", rows, lang, first="group", caption=_caption("groups", evaluation, unit, lang))


def by_group_and_actor(evaluation: Evaluation, unit: wording.KronorUnit, lang: Lang) -> Sheet:
    """Return gross gain by group, for top actors and the individual [kr]."""
    tops = [name for name in evaluation.everyone.amounts if name.startswith(TOP) and _matters(evaluation, name)]
    rows = {
        split(group.by, group.value, lang): {name: _money(_gross(group, name), unit, lang) for name in tops}
        for group in evaluation.groups
    }
    titles = {name: account(evaluation.case, name, lang) for name in tops}
    caption = _caption("groups_actors", evaluation, unit, lang)
    return _sheet("groups_actors", rows, lang, first="group", caption=caption, titles=titles)


def _matters(evaluation: Evaluation, name: str) -> bool:
    gross = _gross(evaluation.everyone, name)
    return gross is None or abs(gross) > _SMALL


def _gross(group: GroupResult, name: str) -> float | None:
    amount = group.amounts.get(name)
    if amount is None:
        return 0.0
    return None if amount.observed is None or amount.projected is None else amount.observed + amount.projected


def mean_income(group: GroupResult) -> float | None:
    """Return what a participant of a group gained on average, over all years at present value [kr]."""
    gained = _gross(group, TOP + INDIVIDUAL)
    return None if gained is None or not group.persons else gained / group.persons


def individuals(evaluation: Evaluation, lang: Lang) -> Sheet:
    """Return how many gained and lost income, by group."""
    rows = {
        split(group.by, group.value, lang): {
            "persons": (group.persons, count(group.persons, lang)),
            **{name: (group.outcomes[name], count(group.outcomes[name], lang)) for name in OUTCOMES},
            "each": _money(mean_income(group), "kr", lang),
        }
        for group in evaluation.groups
    }
    mean = kronor(mean_income(evaluation.everyone), "kr", lang)
    said = say("individuals", lang, year=evaluation.case.scenario.money.price_year, mean=f"{mean}\u00a0kr")
    return _sheet("individuals", rows, lang, first="group", caption=said)


def distribution(evaluation: Evaluation, lang: Lang) -> Sheet | None:
    """Return quantiles of the change in income, of groups of twenty or more [kr a year]."""
    import pandas as pd

    known = {split(group.by, group.value, lang): group.quantiles for group in evaluation.groups if group.quantiles}
    if not known:
        return None
    columns = [word("rows", name, lang) for name in next(iter(known.values()))]
    index = pd.Index(list(known), name=word("columns", "group", lang))
    frame = pd.DataFrame([list(each.values()) for each in known.values()], index=index, columns=columns)
    told = frame.map(lambda value: wording.number(float(value), lang=lang))
    told.attrs["caption"] = say("quantiles", lang, year=evaluation.case.scenario.money.price_year)
    return Sheet("quantiles", word("titles", "quantiles", lang), frame, shown=told)


def steps(evaluation: Evaluation, lang: Lang) -> Sheet:
    """Return how many came into work, closer to it, or farther from it, by group."""
    rows = {
        split(group.by, group.value, lang): {
            name: (group.steps[name], count(group.steps[name], lang)) for name in STEPS
        }
        for group in evaluation.groups
    }
    return _sheet("steps", rows, lang, first="group", caption=say("steps", lang))


def by_year(evaluation: Evaluation, unit: wording.KronorUnit, lang: Lang) -> Sheet:
    """Return gross gain by calendar year, observed and projected apart [kr, undiscounted]."""
    rows: dict[str, dict[str, tuple[Any, str]]] = {}
    for part in ("observed", "projected"):
        for each in evaluation.by_year:
            amounts: Mapping[str, float | None] = getattr(each, part)
            if any(amounts[name] is None or abs(amounts[name] or 0.0) > _SMALL for name in (SOCIETY, PUBLIC)):
                rows[f"{each.year}, {word('columns', part, lang).lower()}"] = {
                    name: _money(amounts[name], unit, lang) for name in (SOCIETY, PUBLIC)
                }
    return _sheet("years", rows, lang, first="year", caption=_caption("years", evaluation, unit, lang))


def effects(evaluation: Evaluation, lang: Lang) -> Sheet:
    """Return where participants were before and after, and the effect on the time in each state."""

    def share(value: float | None) -> tuple[Any, str]:
        return value, shown(value, wording.number(value or 0.0, decimals=3, lang=lang), lang)

    def between(low: float | None, high: float | None, hidden: bool) -> tuple[Any, str]:
        if low is None or high is None:
            return None, say("hidden", lang) if hidden else wording.NONE
        return f"{low:.4g}–{high:.4g}", f"{share(low)[1]}{_TO}{share(high)[1]}"

    rows: dict[str, Cells] = {}
    for each in evaluation.effects:
        hidden = each.effect is None
        rows[state_title(evaluation.case, each.state, lang)] = {
            "before": (each.before, count(each.before, lang)),
            "after": (each.after, count(each.after, lang)),
            "effect": share(each.effect),
            "interval": between(each.low, each.high, hidden),
            "bounds": between(each.lower, each.upper, hidden),
        }
    return _sheet("effects", rows, lang, first="state", caption=say("shares", lang))


def likeness(evaluation: Evaluation, lang: Lang) -> Sheet:
    """Return how alike the groups are before and after weighting."""

    def told(value: float) -> tuple[float, str]:
        return value, wording.number(round(value, 2) + 0.0, decimals=2, lang=lang)

    rows: dict[str, Cells] = {
        covariate_title(evaluation.case, each.name, lang): {
            "treated": told(each.treated), "comparison": told(each.comparison), "weighted": told(each.weighted),
            "smd_before": told(each.before), "smd_after": told(each.after),
        }
        for each in evaluation.likeness
    }  # fmt: skip
    return _sheet("likeness", rows, lang, first="what", caption=say("smd", lang))


def overlap(evaluation: Evaluation, lang: Lang) -> Sheet:
    """Return how many of each group have each propensity."""
    rows: dict[str, Cells] = {}
    for each in (one for one in evaluation.overlap if one.treated or one.comparison):
        low, high = (wording.number(end, decimals=2, lang=lang) for end in (each.low, each.high))
        rows[f"{low}–{high}"] = {
            "treated": (each.treated, count(each.treated, lang)),
            "comparison": (each.comparison, count(each.comparison, lang)),
        }
    return _sheet("overlap", rows, lang, first="propensity")


def paybacks(evaluation: Evaluation, lang: Lang) -> Sheet:
    """Return when the money is back, in words and in months."""
    rows: dict[str, Cells] = {}
    for name in evaluation.everyone.amounts:
        each = evaluation.payback.get(name)
        if each is not None and (_matters(evaluation, name) or name in (SOCIETY, PUBLIC)):
            months = None if each.whole_years is None else 12 * each.whole_years + (each.months or 0)
            told = each.in_words(lang=lang)
            rows[account(evaluation.case, name, lang)] = {
                "time": (told, told),
                "months": (months, wording.NONE if months is None else wording.number(months, lang=lang)),
            }
    return _sheet("payback", rows, lang)


def potential(evaluation: Evaluation, unit: wording.KronorUnit, lang: Lang) -> Sheet:
    """Return the gain had everyone succeeded, and the share of it that was realised."""
    rows: dict[str, Cells] = {}
    for name, whole in evaluation.potential.items():
        share = evaluation.realised(name)
        rows[account(evaluation.case, name, lang)] = {
            "gross": _money(_gross(evaluation.everyone, name), unit, lang),
            "potential": _money(whole, unit, lang),
            "realised": (share, wording.NONE if share is None else wording.percent(share, lang=lang)),
        }
    caption = _caption("potential", evaluation, unit, lang)
    return _sheet("potential", rows, lang, caption=caption)


def promise(evaluation: Evaluation, unit: wording.KronorUnit, lang: Lang) -> Sheet:
    """Return what was promised, what each assumption made of the difference, and what happened [kr]."""
    told = evaluation.promise

    def ends(id_: str, amounts: Mapping[str, float]) -> tuple[str, Cells]:
        nothing = (None, "")
        cells = {name: _money(amounts.get(name), unit, lang) for name in (SOCIETY, PUBLIC)}
        return word("rows", id_, lang), {"assumed": nothing, "seen": nothing, **cells}

    def number(value: float | None) -> tuple[Any, str]:
        return value, "" if value is None else wording.significant(value, digits=3, lang=lang)

    rows = dict([ends("promised", told.promised)])
    for step in told.steps:
        rows[word("rows", step.id, lang)] = {
            "assumed": number(step.assumed),
            "seen": number(step.observed),
            **{name: _money(step.amounts.get(name), unit, lang) for name in (SOCIETY, PUBLIC)},
        }
    rows |= dict([ends("happened", told.happened)])
    caption = _caption("promise", evaluation, unit, lang)
    return _sheet("promise", rows, lang, first="assumption", caption=caption)


def ladder(evaluation: Evaluation, lang: Lang) -> Sheet:
    """Return the steps towards work."""
    seen = {each.state for each in evaluation.effects}
    rows: dict[str, Cells] = {}
    for place, step in enumerate(evaluation.ladder, start=1):
        names = [state_title(evaluation.case, id_, lang) for id_ in step if id_ in seen]
        if names:
            rows[str(place)] = {"states": (", ".join(names), ", ".join(names))}
    return _sheet("ladder", rows, lang, first="step", caption=say("steps_default", lang), texts=("states",))


def facts(evaluation: Evaluation, lang: Lang) -> Sheet:
    """Return what was followed up, how, and with which data."""
    started = dict.fromkeys((str(evaluation.first_start), str(evaluation.last_start)))
    said: dict[str, tuple[Any, str]] = {
        "participants": (evaluation.participants, count(evaluation.participants, lang)),
        "comparison": (evaluation.comparison, count(evaluation.comparison, lang)),
        "lost": (evaluation.lost, count(evaluation.lost, lang)),
        "started": ("–".join(started), "–".join(started)),
        "years": (evaluation.years, str(evaluation.years)),
        "persistence": (evaluation.persistence, persistence(evaluation.persistence, lang)),
        "design": (evaluation.design, evaluation.design_title(lang=lang)),
        "case": (evaluation.case.id, evaluation.case.id),
        "draws": (evaluation.settings["draws"], count(evaluation.settings["draws"], lang)),
        **{name: (rows, count(rows, lang)) for name, rows in evaluation.quality.items()},
    }
    rows: dict[str, Cells] = {word("rows", name, lang): {"said": cell} for name, cell in said.items()}
    return _sheet("quality", rows, lang, first="what", texts=("said",))
