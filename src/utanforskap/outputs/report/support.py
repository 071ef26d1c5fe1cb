"""What holds a comparison up: the chain of the effect, what it is sensitive to, and the two ways of counting."""

import math
from collections.abc import Iterator

from utanforskap.analysis import wording
from utanforskap.analysis.results import Comparison
from utanforskap.analysis.sensitivity import BreakEven, named
from utanforskap.engine.effects import factors, participants_by_cohort
from utanforskap.outputs.report.accounts import Subject
from utanforskap.outputs.report.certainty import chances, is_uncertain
from utanforskap.outputs.report.facts import Stand, net_gain, programmes_of, succeeding
from utanforskap.outputs.report.layout import kronor_table, text_table
from utanforskap.outputs.report.model import Block, Paragraph, Part, Section, Table
from utanforskap.outputs.report.swings import tornado_parts
from utanforskap.terms import label


def effect(subject: Subject) -> Section:
    """Return the chain from participants to net gain: every factor, then every krona."""
    gain, voice = subject.gain, subject.voice
    chain = gain.effect_chain(lang=voice.lang)
    parts = []
    if not chain.empty:
        rows = [
            [str(name), *(cell if isinstance(cell, str) else voice.figure(float(cell)) for cell in cells)]
            for name, cells in zip(chain.index, chain.to_numpy(dtype=object), strict=True)
        ]
        told = text_table(
            rows, id_="effect", title=voice.word("tables", "effect"),
            columns=[voice.word("columns", "factor"), *map(str, chain.columns)],
            numeric=[False, *[True] * len(chain.columns)],
        )  # fmt: skip
        says = tuple(Paragraph(text) for text in _persons(gain, subject))
        parts.append(Part(voice.word("parts", "persons"), (Paragraph(voice.say("about_effect")), told, *says)))
    parts.append(Part(voice.word("parts", "gross_to_net"), (Paragraph(voice.say("about_net")), _gross_to_net(subject))))
    return Section("effect", voice.word("titles", "effect"), tuple(parts))


def _persons(gain: Comparison, subject: Subject) -> Iterator[str]:
    """Yield how many each programme that reaches one cohort moves, before and after its factors."""
    voice = subject.voice
    parameters = gain.readable.parameters(gain.alternative)
    for id_ in programmes_of(gain.case, gain.alternative):
        programme = gain.case.scenario.programmes[id_]
        counts = participants_by_cohort(parameters, id_)[:, 0]
        chain = [float(factor[0]) for factor in factors(parameters, id_).values()]
        if len(counts) == 1:
            count = float(counts[0])
            yield voice.say(
                "persons_moved",
                programme=getattr(programme.title, voice.lang),
                count=voice.figure(count),
                unadjusted=voice.figure(count * chain[0]),
                adjusted=voice.figure(count * math.prod(chain)),
            )


def _gross_to_net(subject: Subject) -> Table:
    voice, outlook = subject.voice, subject.outlook
    stands = [outlook.society, outlook.public]
    signs = {"gross": 1.0, "cost": -1.0, "financing": -1.0, "net": 1.0}
    rows = [
        [voice.word("columns", name), *(voice.bare(sign * getattr(each, name)) for each in stands)]
        for name, sign in signs.items()
    ]
    return text_table(
        rows,
        id_="gross_to_net",
        title=voice.word("tables", "gross_to_net"),
        columns=[voice.word("columns", "step"), *(subject.title(each.id) for each in stands)],
        caption=subject.terms,
        numeric=[False, True, True],
        totals=[len(rows) - 1],
    )


def sensitivity(subject: Subject) -> Section:
    """Return how sure the net gain is, and what must hold for it to break even."""
    voice = subject.voice
    blocks: tuple[Block, ...]
    if subject.outlook.society.range is None:
        blocks = (Paragraph(voice.say("no_uncertainty"), "warning"),)
    else:
        blocks = (Paragraph(voice.say("about_intervals")), _intervals(subject))
    parts = [Part(voice.word("parts", "intervals"), blocks)]
    if subject.simulation is not None:
        parts += chances(subject.simulation, subject.gain.alternative, [each.id for each in _asking(subject)], voice)
    parts += tornado_parts(subject.gain.readable, net_gain(subject.gain.alternative, "society"), voice)
    if is_uncertain(subject.gain.readable):
        parts.append(
            Part(voice.word("parts", "scenarios"), (Paragraph(voice.say("about_scenarios")), _scenarios(subject)))
        )
    parts += _break_even(subject)
    return Section("sensitivity", voice.word("titles", "sensitivity"), tuple(parts))


def _intervals(subject: Subject) -> Table:
    voice = subject.voice
    rows = []
    for each in (subject.outlook.society, subject.outlook.public, *subject.outlook.actors):
        if each.range is not None:
            said = voice.word("verdicts", each.verdict(voice))
            rows.append([subject.title(each.id), voice.bare(each.net), *each.range.told(voice).values(), said])
    return text_table(
        rows,
        id_="intervals",
        title=voice.word("tables", "intervals"),
        columns=[
            voice.word("columns", name) for name in ("perspective", "point", "mean", "low", "high", "chance", "verdict")
        ],
        caption=subject.terms,
        numeric=[False, True, True, True, True, True, False],
    )


def _scenarios(subject: Subject) -> Table:
    gain, voice = subject.gain, subject.voice
    rows = []
    for each in _asking(subject):
        found = named(gain.readable, net_gain(gain.alternative, each.id))
        rows.append([subject.title(each.id), *(voice.bare(scenario.reads) for scenario in found)])
    return text_table(
        rows,
        id_="scenarios",
        title=voice.word("tables", "scenarios"),
        columns=[
            voice.word("columns", "perspective"),
            *(label("named_scenarios", scenario.id, voice.lang) for scenario in found),
        ],
        caption=subject.terms,
        numeric=[False, True, True, True],
    )


def _break_even(subject: Subject) -> Iterator[Part]:
    """Yield what success must be, in each perspective that the summary tells; nothing without a programme."""
    gain, voice = subject.gain, subject.voice
    ids = succeeding(gain.case, gain.alternative)
    if not ids:
        return
    rows = []
    for id_ in ids:
        programme = str(getattr(gain.case.scenario.programmes[id_].title, voice.lang))
        for each in _asking(subject):
            found = gain.break_even(f"programmes.{id_}.success", perspective=each.id)
            rows.append([programme, subject.title(each.id), *_told(found, each, subject)])
    names = ("programme", "perspective", "break_even", "of_persons", "stated")
    first = 1 if len(ids) == 1 else 0  # a column that says the same in every row is left out
    told = text_table(
        [row[first:] for row in rows], id_="break_even", title=voice.word("tables", "break_even"),
        columns=[voice.word("columns", name) for name in names[first:]], caption=subject.terms.rpartition("; ")[0],
        numeric=[False, False, True, True, True][first:],
    )  # fmt: skip
    yield Part(voice.word("parts", "break_even"), (Paragraph(voice.say("about_break_even")), told))


def _asking(subject: Subject) -> Iterator[Stand]:
    outlook = subject.outlook
    yield from (outlook.society, outlook.public)
    yield from (each for each in outlook.actors if each.paid > 0.0)


def _told(found: BreakEven, stand: Stand, subject: Subject) -> list[str]:
    """Return a break-even's cells; where there is none, whether it is always or never a gain."""
    voice = subject.voice
    stated = wording.percent(found.point, lang=voice.lang)
    if found.value is None:
        always = stand.net > 0.0
        return [voice.word("answers", "always" if always else "never"), wording.NONE, stated]
    persons = wording.NONE
    if found.persons is not None and found.out_of is not None:
        persons = voice.fill("out_of", n=voice.number(found.persons), all=voice.figure(found.out_of))
    return [wording.percent(found.value, lang=voice.lang), persons, stated]


def reconciliation(subject: Subject) -> Section:
    """Return what stands between the field's table and society's account, line by line."""
    gain, voice = subject.gain, subject.voice
    frame = gain.reconciliation(lang=voice.lang)
    told = kronor_table(
        frame.set_axis([voice.kronor], axis=1), voice, id_="reconciliation",
        title=voice.word("tables", "reconciliation"), row_title=voice.word("columns", "line"), has_total=True,
    )  # fmt: skip
    return Section(
        "reconciliation",
        voice.word("titles", "reconciliation"),
        (Part("", (Paragraph(voice.say("about_reconciliation")), told)),),
    )
