"""What a report says of budgets, funds and methods: who puts in what, what comes back, and what own money moves."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from utanforskap.analysis import wording
from utanforskap.analysis.results import Result
from utanforskap.inputs.parts.methods import GRADES
from utanforskap.outputs.report.accounts import Subject
from utanforskap.outputs.report.facts import programmes_of
from utanforskap.outputs.report.layout import kronor_table, text_table
from utanforskap.outputs.report.model import Block, Paragraph, Part, Table
from utanforskap.outputs.report.pictures import figure
from utanforskap.outputs.report.voice import Voice, unit_for
from utanforskap.terms import Lang, label

if TYPE_CHECKING:
    import pandas as pd

    from utanforskap.inputs.parts.funds import Fund

_YEARS = 5
"""Years that a table has room for beside its parties; later ones are told together."""
_A_KRONA = 1.0


def parts(subject: Subject) -> Iterator[Part]:
    """Yield what each party puts in and gets back where a budget or a fund says so, each fund, and each method."""
    scenario, carried = subject.gain.case.scenario, set(programmes_of(subject.gain.case, subject.gain.alternative))
    funds = {id_: fund for id_, fund in scenario.funds.items() if fund.programme in carried}
    if funds or any(scenario.programmes[id_].budget is not None for id_ in carried):
        yield _budget(subject)
    for id_, fund in funds.items():
        yield _fund(subject, id_, fund)
    for id_, method in scenario.methods.items():
        if method.programme in carried:
            yield _method(subject, id_)


def _budget(subject: Subject) -> Part:
    voice = subject.voice
    plan = subject.gain.financing_plan(lang=voice.lang)
    _, terms = str(plan.attrs["caption"]).split("; ", 1)
    tables = (_plan(plan, voice), _unit_costs(subject, terms), _returns(subject))
    return Part(voice.word("parts", "budget"), (Paragraph(voice.say("about_budget")), *tables))


def _in_own_unit(frame: "pd.DataFrame", lang: Lang) -> Voice:
    """Return a voice that tells a budget's or a fund's amounts in a unit that does not round them away."""
    largest = frame.abs().max(axis=1)
    return Voice(lang, unit_for(largest, largest))


def _plan(whole: "pd.DataFrame", report: Voice) -> Table:
    """Return what each party puts in, in money and in kind, by year."""
    import pandas as pd

    voice = _in_own_unit(whole, report.lang)
    total = label("words", "total", voice.lang)
    years = whole.drop(columns=total)
    moving = years.loc[:, (years.abs() >= _A_KRONA).any()]
    shown = moving.iloc[:, :_YEARS].copy()
    if moving.shape[1] > _YEARS:
        shown[voice.word("columns", "later")] = moving.iloc[:, _YEARS:].sum(axis=1)
    shown[total] = whole[total]
    shown.index = pd.Index([": ".join(filter(None, names)) for names in whole.index])
    shown.attrs = whole.attrs
    return kronor_table(
        shown, voice, id_="plan", title=voice.word("tables", "plan"), row_title=voice.word("columns", "funder"),
        has_total=True,
    )  # fmt: skip


def _unit_costs(subject: Subject, terms: str) -> Table:
    """Return what a programme costs for each participant, occasion and success, where there are any."""
    voice = subject.voice
    frame = subject.gain.unit_costs(lang=voice.lang).astype(float)
    counted = frame[(frame.fillna(0.0) != 0.0).any(axis=1)]
    return text_table(
        [[str(name), *(voice.figure(cell) for cell in cells)] for name, cells in counted.iterrows()],
        id_="unit_costs",
        title=voice.word("tables", "unit_costs"),
        columns=[voice.word("columns", "figure"), *map(str, frame.columns)],
        caption=terms,
        numeric=[False, *[True] * frame.shape[1]],
    )


def _returns(subject: Subject) -> Table:
    """Return what each party that puts something in gains itself, gets by agreement, and what others gain for it."""
    voice = subject.voice
    frame = subject.gain.funders_returns(lang=voice.lang)
    names = ("paid", "share", "own_gain", "agreed", "net", "elsewhere")
    columns = [label("funders", name, voice.lang) for name in names]
    rows = [
        [
            str(party),
            *(
                wording.percent(float(cell), decimals=0, lang=voice.lang)
                if name == "share"
                else voice.bare(float(cell))
                for name, cell in zip(names, cells, strict=True)
            ),
        ]
        for party, cells in zip(frame.index, frame[columns].to_numpy(), strict=True)
    ]
    _, _, terms = str(frame.attrs["caption"]).split("; ", 2)
    return text_table(
        rows,
        id_="returns",
        title=voice.word("tables", "returns"),
        columns=[voice.word("columns", "funder"), *columns],
        caption=f"{terms}; {voice.kronor}",
        numeric=[False, *[True] * len(columns)],
    )


def _fund(subject: Subject, id_: str, fund: "Fund") -> Part:
    """Return a fund's money year by year in words and a table, and in a picture where anything comes back."""
    from utanforskap.outputs import plot

    gain, lang = subject.gain, subject.voice.lang
    whole = gain.fund_cash_flow(id_, lang=lang)
    voice = _in_own_unit(whole, lang)
    moving = whole[[_of_fund("paid_out", lang), _of_fund("came_back", lang)]].abs().max(axis=1) >= _A_KRONA
    frame = whole.loc[: moving[moving].index.max()] if moving.any() else whole.iloc[:1]
    title = str(getattr(fund.title, lang))
    said = Paragraph(" ".join(_fund_said(subject, fund, frame, voice)))
    blocks: list[Block] = [said, _fund_table(frame, id_, title, whole.attrs["caption"], voice)]
    if fund.kind != "grant":
        called = voice.word("pictures", "fund_flow").format(fund=title)
        blocks.append(figure(plot.fund_flow(gain, id_, lang=lang), id_=f"fund_{id_}", title=called))
    return Part(title, tuple(blocks))


def _of_fund(name: str, lang: Lang) -> str:
    return label("funders", name, lang)


def _fund_said(subject: Subject, fund: "Fund", frame: "pd.DataFrame", voice: Voice) -> Iterator[str]:
    """Yield what kind of fund it is, what it pays and gets, and what is left of a loan when nothing more is paid."""
    lang = voice.lang
    programme = subject.gain.case.scenario.programmes[fund.programme]
    yield voice.say(f"fund_{fund.kind}", fund=getattr(fund.title, lang), what=getattr(programme.title, lang))
    out, back = (voice.amount(float(frame[_of_fund(name, lang)].sum())) for name in ("paid_out", "came_back"))
    yield voice.say("fund_gives", out=out) if fund.kind == "grant" else voice.say("fund_moves", out=out, back=back)
    owed = _of_fund("owed", lang)
    if owed in frame and voice.sign(left := float(frame[owed].iloc[-1])) > 0:
        yield voice.say("fund_owed", owed=voice.amount(left))


def _fund_table(frame: "pd.DataFrame", id_: str, title: str, caption: str, voice: Voice) -> Table:
    """Return a fund's years, and beneath them the sums of what moves and where its balances end."""
    import pandas as pd

    lang = voice.lang
    shown = frame.copy()
    shown.index = pd.Index([str(year) for year in frame.index])
    ends = frame.iloc[-1].to_dict()
    moved = [_of_fund(name, lang) for name in ("paid_out", "came_back", "year_net")]
    shown.loc[label("words", "total", lang)] = ends | frame[moved].sum().to_dict()
    return kronor_table(
        shown, voice, id_=f"fund_{id_}", title=voice.word("tables", "fund").format(fund=title),
        row_title=label("columns", "year", lang), caption=caption, has_total=True,
    )  # fmt: skip


def _method(subject: Subject, id_: str) -> Part:
    """Return what society gains for each krona of the own money behind a method, grade by grade and by horizon."""
    from utanforskap.outputs import plot

    gain, voice = subject.gain, subject.voice
    result = Result(gain.case, gain.readable)
    frame = result.leverage(id_, lang=voice.lang)
    title = str(getattr(gain.case.scenario.methods[id_].title, voice.lang))
    *kronor, times = (
        label("funders", name, voice.lang) for name in ("grade_gain", "gain_so_far", "own_money", "leverage")
    )
    grades = [label("grades", str(grade), voice.lang) for grade in GRADES] * (len(frame) // len(GRADES))
    rows = [
        [
            voice.fill("within", n=years, grade=grade),
            *(voice.bare(float(row[name])) for name in kronor),
            voice.number(None if row[times] is None else float(row[times]), decimals=1),
        ]
        for (years, _), grade, (_, row) in zip(frame.index, grades, frame.iterrows(), strict=True)
    ]
    table = text_table(
        rows,
        id_=f"leverage_{id_}",
        title=voice.word("tables", "leverage").format(method=title),
        columns=[label("funders", "grade", voice.lang), *kronor, times],
        caption=f"{frame.attrs['caption']}; {voice.kronor}",
        numeric=[False, *[True] * 4],
    )
    drawn = figure(
        plot.leverage(result, id_, lang=voice.lang),
        id_=f"leverage_{id_}",
        title=voice.word("pictures", "leverage").format(method=title),
    )
    told = Paragraph(voice.say("about_leverage", actor=frame.attrs["own_money"]))
    return Part(title, (told, table, drawn))
