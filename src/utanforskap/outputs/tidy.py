"""Ledgers and comparisons as tidy tables, one row for each amount, and as the files that other tools read."""

from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any

from utanforskap.analysis.explain import sourced
from utanforskap.analysis.readings import PRODUCTION, Posting, factors, yearly_by
from utanforskap.analysis.results import Comparison, Result
from utanforskap.analysis.tabulate import item_label, row_label
from utanforskap.engine.ledger import difference
from utanforskap.outputs.files import OutputError
from utanforskap.terms import Lang, Reading, label, shipped_perspectives, top_actor

if TYPE_CHECKING:
    import pandas as pd

_IDS = ("item", "label", "role", "kind", "category", "payer", "payee", "group", "cohort", "age", "state", "programme")
_PRICED = ("price", "unit", "stated", "source", "grade")
_COUNTED = ("units", "persons", "amount")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet takes for a formula."""


def ledger_frame(subject: Result | Comparison, *, lang: Lang) -> "pd.DataFrame":
    """Return every amount by line and year, a row each, real and undiscounted.

    Parameters
    ----------
    subject : Result or Comparison
        A result's ledger as it stands: from payer to payee, a cost is positive. A comparison's is the baseline's less
        the alternative's, posting by posting.
    lang : {"sv", "en"}
        The language of the labels.

    Returns
    -------
    DataFrame
        ``item`` … ``programme`` say what the amount is, ``price`` … ``grade`` what prices it; then ``year``,
        ``units`` and ``persons`` behind it, and ``amount`` [kr of the case's price year]. Amounts of nothing are left
        out.
    """
    import pandas as pd

    case, readable = subject.case, subject.readable
    alternative = subject.alternative if isinstance(subject, Comparison) else None
    ledger = readable.run().ledger
    if alternative is not None:
        ledger = difference(ledger, readable.run(alternative).ledger)
    rows: list[dict[str, Any]] = []
    for place, line in enumerate(ledger.lines):
        source, grade, stated = sourced(case, line)
        what = {name: getattr(line, name, None) for name in _IDS} | {"label": item_label(case, line.item, lang)}
        priced = {"price": line.price, "unit": line.unit, "stated": stated, "source": source, "grade": grade}
        for at, year in enumerate(ledger.years):
            amount = float(ledger.amounts[place, at, 0])
            if amount:
                counted = (float(ledger.units[place, at, 0]), float(ledger.persons[place, at, 0]), amount)
                rows.append({**what, **priced, "year": int(year), **dict(zip(_COUNTED, counted, strict=True))})
    frame = pd.DataFrame(rows, columns=[*_IDS, *_PRICED, "year", *_COUNTED])
    frame.attrs = {"unit": "kr", "price_year": case.scenario.money.price_year, "alternative": alternative}
    return frame.astype({"cohort": "Int64", "age": "Int64"})


def comparison_frame(gain: Comparison, *, lang: Lang) -> "pd.DataFrame":
    """Return a comparison's net gain by perspective, actor, role and year, a row each.

    Parameters
    ----------
    gain : Comparison
        The comparison.
    lang : {"sv", "en"}
        The language of the labels.

    Returns
    -------
    DataFrame
        ``perspective``, ``actor`` and ``role`` as ids and as labels, ``year``, and the gain undiscounted (``amount``)
        and at present value (``present_value``) [kr of the case's price year].
    """
    import pandas as pd

    case, readable = gain.case, gain.readable
    rows: list[dict[str, Any]] = []
    for perspective, said in shipped_perspectives().items():
        reading = Reading(measure="net_gain", alternative=gain.alternative, perspective=perspective)
        parameters = readable.parameters()
        weights = factors(case, parameters, reading).reshape(case.scenario.horizon.years, -1)[:, 0]
        for key, amounts in yearly_by(readable.ledger(reading), reading, parameters, _whose).items():
            role, _, actor = key.partition(":")
            what = {
                "perspective": perspective, "perspective_label": said.title[lang], "actor": actor,
                "actor_label": row_label(case, "actor", actor, lang), "role": role,
                "role_label": label("roles", role, lang),
            }  # fmt: skip
            for at, amount in enumerate(amounts[:, 0]):
                year = case.scenario.horizon.first_year + at
                rows.append(
                    {**what, "year": year, "amount": float(amount), "present_value": float(amount * weights[at])}
                )
    frame = pd.DataFrame(rows)
    frame.attrs = {"unit": "kr", "price_year": case.scenario.money.price_year, "alternative": gain.alternative}
    return frame


def _whose(posting: Posting) -> str:
    actor = PRODUCTION if posting.column == PRODUCTION else top_actor(posting.actor)
    return f"{posting.line.role}:{actor}"


def as_file(frame: "pd.DataFrame", ending: str) -> bytes:
    """Return a table as the bytes of a file.

    Parameters
    ----------
    frame : DataFrame
        The table; its ``attrs`` go along in Parquet.
    ending : {".csv", ".parquet"}
        CSV has a comma between cells, a decimal point, and UTF-8; numbers are told to the last bit. A text that a
        spreadsheet would take for a formula has an apostrophe before it there.

    Raises
    ------
    OutputError
        If what writes Parquet is not installed.
    """
    if ending == ".csv":
        safe = frame.map(lambda cell: f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell)
        return safe.to_csv(index=False, lineterminator="\n").encode("utf-8")
    if find_spec("pyarrow") is None:
        raise OutputError(
            "A table as Parquet needs pyarrow, which is not installed.\n"
            "Install it with: pip install 'utanforskap[parquet]'\n"
            "Or write the table as .csv."
        )
    content = BytesIO()
    frame.to_parquet(content, index=False)
    return content.getvalue()
