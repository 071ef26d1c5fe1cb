"""Named findings about a case that can be run: what a reader of its results should know."""

import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from utanforskap.analysis import wording
from utanforskap.analysis.explain import grade_of, is_assumed
from utanforskap.analysis.readings import Readable
from utanforskap.engine.ledger import difference
from utanforskap.errors import Finding, InputError, UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.inputs.estimates import Money, Share
from utanforskap.inputs.pathways import Markov, Stages
from utanforskap.terms import WORKING_AGE_END, Lang

OLD_YEARS = 5
"""A price this many years [years] from the cost level's year is called old."""
HIGH_RETENTION = 0.3
"""A retention above this share is named (accounting rule on equalisation)."""
_SHOWN = 6
_SMALL_REST = 0.01


@cache
def _texts() -> dict[str, Any]:
    text = resources.files("utanforskap").joinpath("data/findings.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def finding_codes() -> tuple[str, ...]:
    """Return the names of all findings that `check_scenario` can make."""
    return tuple(_texts())


def _finding(code: str, path: str, lang: Lang, **words: object) -> Finding:
    said = _texts()[code]
    return Finding(code, path, said[lang].format(**words), severity=said["severity"])


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
    order = ("error", "warning", "note")
    return sorted(found, key=lambda finding: order.index(finding.severity))


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
    for id_ in readable.case.scenario.alternatives:
        if not np.any(difference(readable.run().ledger, readable.run(id_).ledger).amounts):
            yield _finding("changes-nothing", f"alternatives.{id_}", lang, alternative=id_)


def _unchanged(case: Case, lang: Lang) -> Iterator[Finding]:
    yield from _changes_nothing(Readable(case), lang)


def _named(names: list[str]) -> dict[str, object]:
    shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    return {"n": len(names), "names": shown}


def _no_source(case: Case, lang: Lang) -> Iterator[Finding]:
    names = [name for name, said in case.estimates.items() if isinstance(said, Money) and is_assumed(said)]
    if names:
        yield _finding("no-source", "", lang, **_named(names))


def _grade_d(case: Case, lang: Lang) -> Iterator[Finding]:
    names = [name for name, said in case.estimates.items() if grade_of(case, said) == "D"]
    if names:
        yield _finding("grade-d", "", lang, **_named(names))


def _everyone_stays(case: Case, lang: Lang) -> Iterator[Finding]:
    for id_, programme in case.scenario.programmes.items():
        old = case.scenario.pathways[programme.reaches.pathway]
        stays = isinstance(old, Stages) and len(old.stages) == 1
        answered = programme.success_measures == "net" or any(
            value > 0 for value in (programme.deadweight.value, programme.drop_off.value)
        )
        if stays and not answered:
            assert isinstance(old, Stages)
            yield _finding(
                "everyone-stays", f"programmes.{id_}", lang,
                state=old.stages[0].state, pathway=programme.reaches.pathway, programme=id_,
            )  # fmt: skip


def _unstated(case: Case, lang: Lang) -> Iterator[Finding]:
    for id_, programme in case.scenario.programmes.items():
        unstated = programme.unstated_factors()
        if unstated:
            yield _finding("unstated-factor", f"programmes.{id_}", lang, programme=id_, factors=", ".join(unstated))


def _counted_twice(case: Case, lang: Lang) -> Iterator[Finding]:
    for id_, programme in case.scenario.programmes.items():
        old = case.scenario.pathways[programme.reaches.pathway]
        new = case.scenario.pathways[programme.leads_to]
        meets = sorted(set(old.states()) & set(new.states()))
        if programme.deadweight.value > 0 and meets:
            why = {
                "sv": f"banan '{programme.reaches.pathway}' når själv {', '.join(meets)}",
                "en": f"the pathway '{programme.reaches.pathway}' itself reaches {', '.join(meets)}",
            }[lang]
            yield _finding(
                "counted-twice",
                f"programmes.{id_}.deadweight",
                lang,
                factor="deadweight",
                programme=id_,
                why=why,
            )
        if programme.drop_off.value > 0 and isinstance(new, Markov):
            why = {
                "sv": f"banan '{programme.leads_to}' har redan återfall",
                "en": f"the pathway '{programme.leads_to}' already has relapse",
            }[lang]
            yield _finding(
                "counted-twice", f"programmes.{id_}.drop_off", lang, factor="drop_off", programme=id_, why=why
            )


def _tax_by_hand(case: Case, lang: Lang) -> Iterator[Finding]:
    for id_, state in case.scenario.states.items():
        for name, flow in state.flows.items():
            kind = case.prices[flow.price].kind if flow.price is not None else flow.kind
            if state.work is not None and kind in ("wage", "tax", "production"):
                yield _finding("tax-by-hand", f"states.{id_}.flows.{name}", lang, state=id_, kind=kind, flow=name)


def _old_prices(case: Case, lang: Lang) -> Iterator[Finding]:
    names = [
        f"{name} ({said.price_year})"
        for name, said in case.estimates.items()
        if isinstance(said, Money)
        and said.price_year is not None
        and abs(said.price_year - case.level_year) > OLD_YEARS
    ]
    if names:
        yield _finding("old-price", "", lang, year=case.level_year, **_named(names))


def _unused(case: Case, lang: Lang) -> Iterator[Finding]:
    scenario = case.scenario
    used = {state for pathway in scenario.pathways.values() for state in pathway.states()}
    for state in scenario.states:
        if state not in used:
            yield _finding("unused-state", f"states.{state}", lang, state=state)
    walked: set[str] = {programme.leads_to for programme in scenario.programmes.values()}
    for group in scenario.groups.values():
        for mix in (group.pathways, group.reference, *group.references.values()):
            walked |= {mix} if isinstance(mix, str) else set(mix or ())
    for pathway in scenario.pathways:
        if pathway not in walked:
            yield _finding("unused-pathway", f"pathways.{pathway}", lang, pathway=pathway)


def _beyond_working_age(case: Case, lang: Lang) -> Iterator[Finding]:
    horizon = case.scenario.horizon
    for id_, group in case.scenario.groups.items():
        starts = group.starts if group.starts is not None else horizon.first_year
        if group.age is not None:
            oldest = group.age + horizon.first_year + horizon.years - 1 - starts
            if oldest > WORKING_AGE_END:
                yield _finding("beyond-working-age", f"groups.{id_}", lang, group=id_, age=oldest)


def _retention(case: Case, lang: Lang) -> Iterator[Finding]:
    taxes = case.scenario.taxes
    if taxes is None:
        return
    parameters = Readable(case).parameters()
    for actor, said in (("kommun", taxes.retention.kommun), ("region", taxes.retention.region)):
        path = f"taxes.retention.{actor}"
        kept = float(parameters.rate(said, path, tax_year=case.level_year)[0])
        if kept > HIGH_RETENTION:
            title = case.actors[actor].title[lang]
            yield _finding("high-retention", path, lang, actor=title, value=wording.percent(kept, lang=lang))


def _unpinned(case: Case, lang: Lang) -> Iterator[Finding]:
    for name, resolved in zip(case.scenario.prices, case.price_lists, strict=True):
        if name != resolved and "@" in resolved:
            yield _finding("unpinned-list", "prices", lang, list=name, pinned=resolved)


def _rows(case: Case, lang: Lang) -> Iterator[Finding]:
    for id_, pathway in case.scenario.pathways.items():
        if not isinstance(pathway, Markov):
            continue
        for row, probabilities in pathway.transitions.items():
            if "rest" not in probabilities.values():
                continue
            stated = [p.value for p in probabilities.values() if isinstance(p, Share)]
            rest = 1 - sum(stated)
            if len(stated) == len(probabilities) - 1 and rest < _SMALL_REST:
                path = f"pathways.{id_}.transitions.{row}"
                yield _finding("small-rest", path, lang, row=row, pathway=id_, rest=wording.percent(rest, lang=lang))


_CHECKS: tuple[Callable[[Case, Lang], Iterator[Finding]], ...] = (
    _unchanged, _no_source, _grade_d, _everyone_stays, _unstated, _counted_twice, _tax_by_hand, _old_prices, _unused,
    _beyond_working_age, _retention, _unpinned, _rows,
)  # fmt: skip
