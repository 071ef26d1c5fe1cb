"""The page that is read in a minute: what it costs, what it gives, for whom, when it is back, how sure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from utanforskap.analysis import wording
from utanforskap.analysis.metrics import Payback
from utanforskap.inputs.case import Case
from utanforskap.outputs.report.facts import Stand, gradings, programmes_of
from utanforskap.outputs.report.model import Block, KeyFigure, KeyFigures, Paragraph, Points
from utanforskap.outputs.report.voice import Voice


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a comparison comes to, in the perspectives that the summary speaks of.

    Attributes
    ----------
    society, public : Stand
        For everybody, and for the public sector.
    actors : tuple of Stand
        Each actor at the top that pays or gains something.
    """

    society: Stand
    public: Stand
    actors: tuple[Stand, ...]


def verdict(case: Case, stand: Stand, voice: Voice, *, what: str) -> str:
    """Return the sentence that says whether something pays off for somebody; it says so only where it does.

    Parameters
    ----------
    case : Case
        The case.
    stand : Stand
        Whose, and what it comes to.
    voice : Voice
        The language and the unit.
    what : {"programme", "alternative"}
        What it is that may pay off.
    """
    said = stand.verdict(voice)
    slots = {"what": voice.fill(what), "holder": voice.of(case, stand.id), "net": voice.amount(abs(stand.net))}
    told = {} if stand.range is None else stand.range.spoken(voice)
    if stand.range is None or (said != "unknown" and told["low"] == told["high"]):
        return voice.say(f"verdict_{said}", **slots)
    return voice.say(f"verdict_{said}_range", **slots, **told)


def in_short(stand: Stand, voice: Voice) -> str:
    """Return what an actor pays and gains, as the end of a line that begins with its name."""
    slots = {"net": voice.amount(abs(stand.net)), "paid": voice.amount(stand.paid)}
    if stand.range is not None:
        slots |= stand.range.spoken(voice)
    pays = voice.sign(stand.paid) > 0
    return voice.fill(f"party_{'pays_' if pays else ''}{stand.verdict(voice)}", **slots)


def back(case: Case, stands: Sequence[Stand], voice: Voice) -> Iterator[str]:
    """Yield when the money is back as sentences, one for all to whom the same is said."""
    said: dict[tuple[str, str], list[str]] = {}
    for each in stands:
        answer = each.payback
        status: str = answer.status
        slot = ""
        if answer.status == "time":
            status, slot = ("at_once", "") if answer.at_once else ("time", duration(answer, voice))
        elif answer.status == "not_within":
            slot = voice.number(answer.horizon)
        said.setdefault((status, slot), []).append(voice.of(case, each.id))
    for (status, slot), holders in said.items():
        yield voice.say(f"back_{status}", holder=voice.listed(holders), time=slot, years=slot)


def duration(answer: Payback, voice: Voice) -> str:
    """Return a length of time in words: ``3 år och 1 månad``."""
    parts = [
        voice.fill(f"{name}_one" if count == 1 else f"{name}_many", n=voice.number(count))
        for name, count in (("years", answer.whole_years or 0), ("months", answer.months or 0))
        if count
    ]
    return voice.listed(parts)


def kind_of(case: Case, alternative: str) -> str:
    """Return what an alternative is called in sentences: a programme where it is one, otherwise an alternative."""
    return "programme" if len(case.scenario.alternatives[alternative].programmes) == 1 else "alternative"


def of_gain(case: Case, alternative: str, outlook: Outlook, voice: Voice) -> tuple[Block, ...]:
    """Return the summary of a comparison."""
    society = outlook.society
    what = kind_of(case, alternative)
    return (
        KeyFigures(
            (
                _cost(case, outlook, voice),
                KeyFigure(
                    voice.word("questions", "gives"),
                    voice.amount(society.gross),
                    voice.say("gives_detail", net=voice.amount(society.net)),
                ),
                _for_whom(case, outlook, voice),
                _when(case, outlook, voice),
                _how_sure(society, voice),
            ),
            voice.word("titles", "key_figures"),
        ),
        Paragraph(_sentence(verdict(case, stand, voice, what=what) for stand in (society, outlook.public)), "lead"),
        Paragraph(_paid_by(case, alternative, outlook, voice)),
        Points(tuple(_for_each(case, outlook, voice))),
        *((Paragraph(_sentence(back(case, _of_interest(outlook), voice))),) if _payers(outlook, voice) else ()),
        Paragraph(_sentence(certainty(case, alternative, society, voice)), "warning"),
        Paragraph(voice.say("rounded"), "note"),
    )


def certainty(case: Case, alternative: str, society: Stand, voice: Voice) -> Iterator[str]:
    """Yield how far the answer can be trusted: uncertainty, evidence and grades."""
    yield voice.say("no_uncertainty" if society.range is None else "uncertainty")
    for id_ in programmes_of(case, alternative):
        yield voice.say(f"evidence_{case.scenario.programmes[id_].evidence}")
    yield graded(case, voice)


def graded(case: Case, voice: Voice) -> str:
    """Return how many of the case's numbers are assumptions or weakly supported."""
    weak = gradings(case)["D"]
    id_ = "graded_none" if not weak else "graded_all" if weak == len(case.estimates) else "graded"
    return voice.say(id_, n=voice.number(weak), all=voice.number(len(case.estimates)))


def _sentence(parts: Iterator[str]) -> str:
    return " ".join(parts)


def _cost(case: Case, outlook: Outlook, voice: Voice) -> KeyFigure:
    cost = outlook.society.cost
    payers = [voice.of(case, each.id) for each in _payers(outlook, voice)]
    detail = voice.say("paid_by_names", names=voice.listed(payers)) if payers else voice.say("no_payer")
    return KeyFigure(voice.word("questions", "costs"), voice.amount(cost), detail)


def _payers(outlook: Outlook, voice: Voice) -> list[Stand]:
    return [each for each in outlook.actors if voice.sign(each.paid) > 0]


def _for_whom(case: Case, outlook: Outlook, voice: Voice) -> KeyFigure:
    """Return who gains most, and who loses or may lose."""
    verdicts = {each.id: each.verdict(voice) for each in outlook.actors}
    gaining = [each for each in outlook.actors if verdicts[each.id] == "gain"]
    told = [
        voice.say(f"who_{said}", names=voice.listed([voice.of(case, id_) for id_ in those]))
        for said in ("loss", "unknown")
        if (those := [id_ for id_, found in verdicts.items() if found == said])
    ]
    if gaining:
        most = max(gaining, key=lambda each: each.net)
        answer = voice.say("most", holder=voice.of(case, most.id))
    else:
        answer = voice.say("no_gainer")
    return KeyFigure(voice.word("questions", "whom"), answer, " ".join(told) or voice.say("nobody_loses"))


def _when(case: Case, outlook: Outlook, voice: Voice) -> KeyFigure:
    if not _payers(outlook, voice):
        return KeyFigure(voice.word("questions", "when"), wording.NONE, voice.say("no_payer"))
    society, answer = outlook.society, outlook.society.payback
    if answer.status == "time":
        told = voice.say("at_once") if answer.at_once else voice.say("after", time=duration(answer, voice))
    else:
        told = voice.payback(answer)
        told = told[:1].upper() + told[1:]
    return KeyFigure(voice.word("questions", "when"), told, voice.say("when_detail", holder=voice.of(case, society.id)))


def _how_sure(society: Stand, voice: Voice) -> KeyFigure:
    if society.range is None:
        answer, detail = voice.say("not_stated"), voice.say("points_only")
    else:
        told = society.range.spoken(voice)
        same = told["low"] == told["high"]
        answer, detail = told["chance"], voice.fill("sure_same" if same else "sure_detail", **told)
    return KeyFigure(voice.word("questions", "sure"), answer, detail)


def _paid_by(case: Case, alternative: str, outlook: Outlook, voice: Voice) -> str:
    payers = [
        voice.fill("payer", holder=voice.of(case, each.id), paid=voice.amount(each.paid))
        for each in _payers(outlook, voice)
    ]
    what = voice.fill(kind_of(case, alternative))
    if not payers:
        return voice.say("nobody_pays", what=what)
    return voice.say("paid_by", what=what, names=voice.listed(payers))


def _for_each(case: Case, outlook: Outlook, voice: Voice) -> Iterator[tuple[str, str]]:
    for each in outlook.actors:
        if each.verdict(voice) != "even" or voice.sign(each.paid):
            yield case.actors[each.id].title[voice.lang], in_short(each, voice)


def _of_interest(outlook: Outlook) -> Sequence[Stand]:
    """Return society, the public sector, and each actor that pays: those who ask when the money is back."""
    return [outlook.society, outlook.public, *(each for each in outlook.actors if each.paid > 0.0)]
