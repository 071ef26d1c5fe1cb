"""A report, put together from a result or a comparison."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import TypeVar, cast

from utanforskap.analysis.gains import at_stake
from utanforskap.analysis.results import Comparison, Result
from utanforskap.analysis.summaries import titled
from utanforskap.analysis.uncertainty.simulate import simulate
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.outputs.record import Record, record_of
from utanforskap.outputs.report import accounts, decision, exclusion, funding, grounds, pictures, summary, support
from utanforskap.outputs.report.accounts import Subject
from utanforskap.outputs.report.certainty import is_uncertain, ranges
from utanforskap.outputs.report.facts import SIDES, Range, net_gain, parties, stand
from utanforskap.outputs.report.frame import brief
from utanforskap.outputs.report.model import Part, Report, Section, plain
from utanforskap.outputs.report.summary import Outlook
from utanforskap.outputs.report.voice import Voice, unit_for
from utanforskap.terms import Lang

T = TypeVar("T")


def build(subject: Result | Comparison, *, simulation: Simulation | None, draws: int, seed: int, lang: Lang) -> Report:
    """Return the report on a comparison, or on what exclusion costs.

    Parameters
    ----------
    subject : Result or Comparison
        What is reported.
    simulation : Simulation or None
        How sure it is; None: what the case says is uncertain is simulated.
    draws, seed : int
        Of the simulation that is made.
    lang : {"sv", "en"}
        The language.
    """
    if simulation is None and is_uncertain(subject.readable):
        simulation = simulated(subject, n=draws, seed=seed)
    record = record_of(subject, simulation)
    if isinstance(subject, Comparison):
        return of_gain(subject, simulation=simulation, record=record, lang=lang)
    return of_result(subject, simulation=simulation, record=record, lang=lang)


def simulated(subject: Result | Comparison, *, n: int, seed: int) -> Simulation:
    """Return the simulation that a report is written from.

    Parameters
    ----------
    subject : Result or Comparison
        What is reported.
    n, seed : int
        How many draws, and what they are made from.
    """
    if isinstance(subject, Comparison):
        perspectives = [*SIDES, *at_stake(subject.readable, subject.alternative)]
        readings = {each: net_gain(subject.alternative, each) for each in perspectives}
        by_year = pictures.cumulative_readings(subject)
        return simulate(subject.readable, {**readings, **by_year}, n=n, seed=seed, split="total", by_year=True)
    readings = {each: exclusion.reading(subject, each) for each in SIDES}
    return simulate(subject.readable, readings, n=n, seed=seed, split="total", by_year=True)


def of_gain(gain: Comparison, *, simulation: Simulation | None, record: Record, lang: Lang) -> Report:
    """Return the report on a comparison.

    Parameters
    ----------
    gain : Comparison
        What is reported.
    simulation : Simulation or None
        How sure it is; None where nothing is uncertain.
    record : Record
        What the run was made from.
    lang : {"sv", "en"}
        The language.
    """
    outlook = outlook_of(gain, {} if simulation is None else ranges(simulation, partial(net_gain, gain.alternative)))
    everybody = (outlook.society, outlook.public, *outlook.actors)
    amounts = [amount for each in everybody for amount in (each.gross, each.cost, each.net)]
    voice = Voice(lang, unit_for([outlook.society.cost, outlook.society.net, outlook.public.net], amounts))
    subject = Subject(gain, outlook, voice, simulation)
    sections = (
        Section(
            "summary",
            voice.word("titles", "summary"),
            (
                Part("", summary.of_gain(gain.case, gain.alternative, outlook, voice)),
                Part(
                    voice.word("parts", "brief"),
                    (brief(gain.readable, gain.alternative, net_gain(gain.alternative, "society"), voice),),
                ),
            ),
        ),
        accounts.result(subject),
        accounts.redistribution(subject),
        accounts.investment(subject),
        _with(accounts.financing(subject), funding.parts(subject)),
        accounts.key_figures(subject),
        pictures.of_gain(subject),
        support.effect(subject),
        _with(support.sensitivity(subject), decision.parts(subject)),
        support.reconciliation(subject),
        *grounds.sections(gain.case, record, voice),
    )
    return _report(gain, gain.alternative, voice, sections, terms=subject.terms)


def _with(section: Section, parts: Iterable[Part]) -> Section:
    """Return a section with further parts at its end."""
    return replace(section, parts=(*section.parts, *parts))


def of_result(result: Result, *, simulation: Simulation | None, record: Record, lang: Lang) -> Report:
    """Return the report on what exclusion costs, without any programme; see `of_gain`."""
    found = {} if simulation is None else ranges(simulation, partial(exclusion.reading, result))
    cost = exclusion.Cost.of(result, found, lang=lang)
    sections = (
        exclusion.summary(cost),
        exclusion.result(cost),
        exclusion.redistribution(cost),
        *exclusion.without_programme(cost.voice),
        exclusion.key_figures(cost),
        pictures.of_result(result, cost.voice),
        exclusion.sensitivity(cost),
        exclusion.reconciliation(cost),
        *grounds.sections(result.case, record, cost.voice),
    )
    return _report(result, None, cost.voice, sections, terms=cost.terms)


def outlook_of(gain: Comparison, found: Mapping[str, Range]) -> Outlook:
    """Return what a comparison comes to for society, the public sector and each actor."""
    society, public = (
        stand(gain.readable, net_gain(gain.alternative, perspective), found) for perspective in ("society", "public")
    )
    return Outlook(society, public, parties(gain.readable, gain.alternative, found))


def _report(
    subject: Result | Comparison, alternative: str | None, voice: Voice, sections: tuple[Section, ...], *, terms: str
) -> Report:
    scenario = subject.case.scenario
    title = titled(subject.readable, None, voice.lang)
    whole = titled(subject.readable, alternative, voice.lang)
    return cleaned(
        Report(
            lang=voice.lang,
            title=title,
            subtitle=whole.removeprefix(title).removeprefix(" – "),
            summary="" if scenario.summary is None else getattr(scenario.summary, voice.lang),
            terms=terms,
            contents=voice.word("titles", "contents"),
            skip=voice.word("titles", "skip"),
            table=voice.word("titles", "table"),
            figure=voice.word("titles", "figure"),
            sections=sections,
        )
    )


def cleaned(part: T) -> T:
    """Return a part of a report whose every text is one that any kind of file can hold."""
    if isinstance(part, str):
        return cast(T, plain(part))
    if isinstance(part, tuple):
        return cast(T, tuple(cleaned(each) for each in part))
    if is_dataclass(part) and not isinstance(part, type):
        return cast(T, replace(part, **{field.name: cleaned(getattr(part, field.name)) for field in fields(part)}))
    return part
