"""Named findings about a case that can be run: what a reader of its results should know."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from utanforskap.analysis import wording
from utanforskap.analysis.explain import grade_of, is_assumed
from utanforskap.analysis.readings import Readable
from utanforskap.engine.effects import effect
from utanforskap.engine.ledger import difference
from utanforskap.engine.occupancy import baseline
from utanforskap.engine.uncertain import uncertain
from utanforskap.engine.wholes import within_one
from utanforskap.errors import Finding, InputError, UnknownNameError
from utanforskap.inputs.case import Case, setting_name
from utanforskap.inputs.facts.measured import FACTORS, effect_of, shipped_populations
from utanforskap.inputs.parts.pathways import Curve, Markov, Pathway, Stages
from utanforskap.inputs.parts.shares import ids_of, shares_of
from utanforskap.inputs.values.estimates import ByAge, ByYear, Money, Probability, Share
from utanforskap.shipped import shipped_words
from utanforskap.terms import WORKING_AGE_END, Lang, label

OLD_YEARS = 5
"""A price this many years [years] from the cost level's year is called old."""
HIGH_RETENTION = 0.3
"""A retention above this share is named (accounting rule on equalisation)."""
_WHOLE = 1e-9
SMALL_REST = 0.01
"""A share left for the rest of a row of probabilities below this is named."""
FAR_MEAN = 0.05
"""An estimate whose mean lies further from its value than this share of it is named."""
_HIGH = 0.95
_SHOWN = 6
_SEVERITIES = ("error", "warning", "note")


def _texts() -> dict[str, Any]:
    return shipped_words("findings.toml")


def finding_codes() -> tuple[str, ...]:
    """Return the names of all findings that `check_scenario` can make."""
    return tuple(_texts())


def _finding(case: Case, code: str, path: str, lang: Lang, **words: object) -> Finding:
    said = _texts()[code]
    return Finding(code, path, said[lang].format(**words), place=case.place(path), severity=said["severity"])


def check_scenario(case: Case, *, lang: Lang = "sv", ignore: tuple[str, ...] = ()) -> list[Finding]:
    """Return the named findings about a case, errors first.

    Parameters
    ----------
    case : Case
        A case that has been loaded, and so can be run.
    lang : {"sv", "en"}
        The language of the messages.
    ignore : tuple of str
        Names of findings to leave out.

    Raises
    ------
    UnknownNameError
        If a name to ignore is not a finding's.
    """
    for code in ignore:
        if code not in finding_codes():
            raise UnknownNameError(what="a finding", given=code, known=finding_codes())
    found = [finding for check in _CHECKS for finding in check(case, lang) if finding.code not in ignore]
    return sorted(found, key=_position)


def _position(finding: Finding) -> tuple[int, int, int]:
    place = finding.place
    line, column = (place.line, place.column) if place is not None else (0, 0)
    return _SEVERITIES.index(finding.severity), line, column


def refuse_unchanged(readable: Readable) -> None:
    """Refuse a case with an alternative that changes no ledger amount.

    Raises
    ------
    InputError
        Naming every such alternative.
    """
    unchanged = list(_changes_nothing(readable, "en"))
    if unchanged:
        raise InputError(unchanged)


def _changes_nothing(readable: Readable, lang: Lang) -> Iterator[Finding]:
    case = readable.case
    for id_ in case.scenario.alternatives:
        if not np.any(difference(readable.run().ledger, readable.run(id_).ledger).amounts):
            yield _finding(case, "changes-nothing", f"alternatives.{id_}", lang, alternative=id_)


def _unchanged(case: Case, lang: Lang) -> Iterator[Finding]:
    yield from _changes_nothing(Readable(case), lang)


def _named(names: list[str]) -> dict[str, object]:
    shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    return {"n": len(names), "names": shown}


def _no_source(case: Case, lang: Lang) -> Iterator[Finding]:
    for name, said in case.estimates.items():
        if isinstance(said, Money) and is_assumed(said):
            yield _finding(case, "no-source", name, lang, name=name)


def _grade_d(case: Case, lang: Lang) -> Iterator[Finding]:
    net = [id_ for id_, programme in case.scenario.programmes.items() if programme.success_measures == "net"]
    answered = {f"programmes.{id_}.{factor}" for id_ in net for factor in ("deadweight", "attribution")}
    graded = {name: grade_of(case, said) for name, said in case.estimates.items() if name not in answered}
    names = [name for name, grade in graded.items() if grade == "D"]
    if names:
        yield _finding(case, "grade-d", "", lang, **_named(names))


def _spread(case: Case, lang: Lang) -> Iterator[Finding]:
    """Yield where nothing varies, what has another mean in draws than its value, and shares that can pass one."""
    found = uncertain(case)
    if not found.names:
        yield _finding(case, "all-certain", "", lang)
    values = {name: said.value for name, said in case.estimates.items()}
    for id_, alternative in case.scenario.alternatives.items():
        values |= {setting_name(id_, name): said.value for name, said in alternative.set.items()}
    means = {name: (values[name], distribution.mean) for name, distribution in found.single.items()}
    far = [
        f"{name} ({wording.significant(value, lang=lang)} → {wording.significant(mean, lang=lang)})"
        for name, (value, mean) in means.items()
        if abs(mean - value) > FAR_MEAN * abs(value)
    ]
    if far:
        limit = wording.percent(FAR_MEAN, decimals=0, lang=lang)
        yield _finding(case, "mean-elsewhere", "", lang, n=len(far), names=", ".join(far), limit=limit)
    high = {
        name: np.array([said.high]) if said.high is not None else found.single[name].quantile([_HIGH])
        for name, said in case.estimates.items()
        if name in found.single
    }
    crowded = [
        name for name, value in within_one(case, high).items() if name not in high or np.any(value != high[name])
    ]
    if crowded:
        yield _finding(case, "no-room", "", lang, names=", ".join(crowded))


def _effects(case: Case, lang: Lang) -> Iterator[Finding]:
    """Yield where nobody would leave without the programme, and where what somebody would do is counted twice."""
    for id_, programme in case.scenario.programmes.items():
        old, new = case.scenario.pathways[programme.reaches.pathway], case.scenario.pathways[programme.leads_to]
        home = set(old.starts())
        gained = set(new.states()) - home
        reached, relapse = sorted(gained & set(old.states())), _falls_back(new, gained=gained, home=home)
        deadweight, drop_off = programme.deadweight.value > 0, programme.drop_off.value > 0
        path = f"programmes.{id_}"
        answered = programme.success_measures == "net" or deadweight or drop_off or reached or relapse
        if gained and not answered:
            words = {"pathway": programme.reaches.pathway, "states": ", ".join(sorted(gained)), "programme": id_}
            yield _finding(case, "everyone-stays", path, lang, **words)
        for factor, twice, why in (
            ("deadweight", deadweight and reached, _texts()["counted-twice"]["reaches"]),
            ("drop_off", drop_off and relapse, _texts()["counted-twice"]["relapse"]),
        ):
            if twice:
                words = {"old": programme.reaches.pathway, "new": programme.leads_to, "states": ", ".join(reached)}
                told = why[lang].format(**words)
                yield _finding(case, "counted-twice", f"{path}.{factor}", lang, factor=factor, programme=id_, why=told)


def _falls_back(pathway: Pathway, *, gained: set[str], home: set[str]) -> bool:
    """Return whether somebody on a pathway returns from the states gained to those that the old pathway starts in."""
    match pathway:
        case Stages():
            states = [stage.state for stage in pathway.stages]
            first = next((place for place, state in enumerate(states) if state in gained), len(states))
            return any(state in home for state in states[first:])
        case Curve():
            shares = [pathway.shares[year].value for year in sorted(pathway.shares, key=int)]
            falls = any(later < earlier for earlier, later in pairwise(shares))
            rises = any(later > earlier for earlier, later in pairwise(shares))
            return (pathway.target in gained and falls) or (pathway.otherwise in gained and rises)
        case Markov():
            return any(
                origin in gained and target in home and _possible(probability)
                for origin, row in pathway.transitions.items()
                for target, probability in shares_of(row).items()
            )
    return False


def _possible(probability: Probability) -> bool:
    match probability:
        case ByYear():
            return any(number > 0 for number in probability.by_year)
        case ByAge():
            return any(share.value > 0 for share in probability.by_age.values())
        case Share():
            return probability.value > 0
    return True


def _unstated(case: Case, lang: Lang) -> Iterator[Finding]:
    for id_, programme in case.scenario.programmes.items():
        unstated = programme.unstated_factors()
        if unstated:
            factors = ", ".join(unstated)
            yield _finding(case, "unstated-factor", f"programmes.{id_}", lang, programme=id_, factors=factors)


def _elsewhere(case: Case, lang: Lang) -> Iterator[Finding]:
    """Yield the measured effects that are used for others than those they were measured on."""
    populations = shipped_populations()
    for id_, programme in case.scenario.programmes.items():
        reached = programme.reaches.population
        for factor in FACTORS:
            said: Share = getattr(programme, factor)
            effect = effect_of(said)
            if effect is not None and reached is not None and reached != effect.population:
                words = {"programme": id_, "factor": factor, "reason": (said.note or "?").rstrip(".")}
                words |= {"reached": populations[reached][lang], "measured": populations[effect.population][lang]}
                yield _finding(case, "effect-elsewhere", f"programmes.{id_}.{factor}", lang, **words)


def _tax_by_hand(case: Case, lang: Lang) -> Iterator[Finding]:
    for id_, state in case.scenario.states.items():
        listed = {name: case.prices.get(flow.price or "") for name, flow in state.flows.items()}
        kinds = {name: price.kind if price else state.flows[name].kind for name, price in listed.items()}
        taxed = any(price.taxable if price else state.flows[name].taxable for name, price in listed.items())
        follow = ("wage", "tax", "production") if state.work is not None else ("tax",) if taxed else ()
        for name, kind in kinds.items():
            if kind is not None and kind in follow:
                what = label("kinds", kind, lang).lower()
                path = f"states.{id_}.flows.{name}"
                yield _finding(case, "tax-by-hand", path, lang, state=id_, kind=what, flow=name)


def _is_taxed(case: Case, id_: str) -> bool:
    state = case.scenario.states[id_]
    listed = [(flow, case.prices.get(flow.price or "")) for flow in state.flows.values()]
    return state.work is not None or any(price.taxable if price else flow.taxable for flow, price in listed)


def _part_year_tax(case: Case, lang: Lang) -> Iterator[Finding]:
    """Yield that tax is taken in parts where somebody can be in a taxed state for a part of a year."""
    parameters = Readable(case).parameters()
    moved = (presence for id_ in case.scenario.programmes for presence in effect(parameters, id_))
    found: dict[str, None] = {}
    for presence in (*baseline(parameters), *moved):
        occupancy = presence.route.occupancy
        for position, state in enumerate(presence.route.states):
            parts = (occupancy[:, position] > _WHOLE) & (occupancy[:, position] < 1.0 - _WHOLE)
            if np.any(parts) and _is_taxed(case, state):
                found[state] = None
    if found:
        yield _finding(case, "part-year-tax", "", lang, states=", ".join(f"'{state}'" for state in found))


def _old_prices(case: Case, lang: Lang) -> Iterator[Finding]:
    names = [
        f"{name} ({said.price_year})"
        for name, said in case.estimates.items()
        if isinstance(said, Money)
        and said.price_year is not None
        and abs(said.price_year - case.level_year) > OLD_YEARS
    ]
    if names:
        yield _finding(case, "old-price", "", lang, year=case.level_year, years=OLD_YEARS, **_named(names))


def _unused(case: Case, lang: Lang) -> Iterator[Finding]:
    scenario = case.scenario
    used = {state for pathway in scenario.pathways.values() for state in pathway.states()}
    used |= {state for group in scenario.groups.values() for state in group.exits}
    for state in scenario.states:
        if state not in used:
            yield _finding(case, "unused-state", f"states.{state}", lang, state=state)
    walked: set[str] = {programme.leads_to for programme in scenario.programmes.values()}
    for group in scenario.groups.values():
        for mix in (group.pathways, group.reference, *group.references.values()):
            walked |= set(ids_of(mix))
        walked |= {stock.pathway for stock in group.initial_stock.values()}
    for pathway in scenario.pathways:
        if pathway not in walked:
            yield _finding(case, "unused-pathway", f"pathways.{pathway}", lang, pathway=pathway)


def _beyond_working_age(case: Case, lang: Lang) -> Iterator[Finding]:
    horizon = case.scenario.horizon
    for id_, group in case.scenario.groups.items():
        starts = group.starts if group.starts is not None else horizon.first_year
        if group.age is not None:
            oldest = group.age + horizon.first_year + horizon.years - 1 - starts
            if oldest > WORKING_AGE_END:
                words = {"group": id_, "age": oldest, "end": WORKING_AGE_END}
                yield _finding(case, "beyond-working-age", f"groups.{id_}", lang, **words)


def _retention(case: Case, lang: Lang) -> Iterator[Finding]:
    taxes = case.scenario.taxes
    if taxes is None or taxes.retention is None:
        return
    stated = {("kommun", "taxes.retention.kommun"): taxes.retention.kommun}
    stated |= {("region", "taxes.retention.region"): taxes.retention.region}
    for actor, said in case.scenario.actors.items():
        if said.retention is not None:
            stated[actor, f"actors.{actor}.retention"] = said.retention
    parameters = Readable(case).parameters()
    for (actor, path), rate in stated.items():
        kept = float(parameters.rate(rate, path, tax_year=case.level_year)[0])
        if kept > HIGH_RETENTION:
            value, limit = (wording.percent(share, lang=lang) for share in (kept, HIGH_RETENTION))
            title = case.actors[actor].title[lang]
            yield _finding(case, "high-retention", path, lang, actor=title, value=value, limit=limit)


def _unpinned(case: Case, lang: Lang) -> Iterator[Finding]:
    for name, resolved in zip(case.scenario.prices, case.price_lists, strict=True):
        if name != resolved:
            yield _finding(case, "unpinned-list", "prices", lang, list=name, pinned=resolved)


def _table_notes(case: Case, lang: Lang) -> Iterator[Finding]:
    said = _texts()["table-note"]
    for note in case.price_notes:
        assert note.place is not None
        message = said[note.code][lang].format(list=note.place.file)
        yield replace(note, code="table-note", path="prices", message=message, help=(), severity=said["severity"])


def _rows(case: Case, lang: Lang) -> Iterator[Finding]:
    for id_, pathway in case.scenario.pathways.items():
        if not isinstance(pathway, Markov):
            continue
        for row, said in pathway.transitions.items():
            probabilities = shares_of(said)
            stated = [p.value for p in probabilities.values() if isinstance(p, Share)]
            rest = 1 - sum(stated)
            if "rest" in probabilities.values() and len(stated) == len(probabilities) - 1 and rest < SMALL_REST:
                path = f"pathways.{id_}.transitions.{row}"
                words = {"row": row, "pathway": id_, "rest": wording.percent(rest, lang=lang)}
                yield _finding(case, "small-rest", path, lang, **words)


_CHECKS: tuple[Callable[[Case, Lang], Iterator[Finding]], ...] = (
    _unchanged, _no_source, _grade_d, _effects, _unstated, _elsewhere, _tax_by_hand, _part_year_tax, _old_prices,
    _spread, _unused, _beyond_working_age, _retention, _unpinned, _table_notes, _rows,
)  # fmt: skip
