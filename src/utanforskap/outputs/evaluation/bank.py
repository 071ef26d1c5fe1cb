"""A bank of evaluations (*metodbank*): run records in a folder, one file each, listed and compared."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from utanforskap.analysis import wording
from utanforskap.analysis.followup.accounts import PUBLIC, SOCIETY, TOP
from utanforskap.analysis.followup.evaluation import Evaluation
from utanforskap.errors import QuestionError
from utanforskap.inputs.followup.words import words
from utanforskap.outputs.evaluation.record import read_record, record_of_evaluation
from utanforskap.outputs.evaluation.words import say, word
from utanforskap.outputs.files import write_text
from utanforskap.outputs.tables import Answer, Sheet
from utanforskap.terms import Lang, column_order, label, shipped_actors

if TYPE_CHECKING:
    import pandas as pd

_GROSS = "gross."


@dataclass(frozen=True)
class Bank:
    """A folder of evaluations' records.

    Attributes
    ----------
    folder : Path
        Where they lie; it need not be there before the first is added.
    """

    folder: Path

    def add(self, record: str | Path | Evaluation, *, force: bool = False) -> Path:
        """Add an evaluation, or the record of one, and return its file.

        Parameters
        ----------
        record : str, Path or Evaluation
            What is added.
        force : bool
            Whether one of the same id is replaced.

        Raises
        ------
        InputError
            If a file is not the record of an evaluation.
        OutputError
            If one of the same id is there already.
        """
        if isinstance(record, Evaluation):
            content = record_of_evaluation(record)
            id_, text = record.id, content.text()
        else:
            data = read_record(Path(record))
            id_, text = str(data["id"]), json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{id_}.json"
        write_text(file, text, force=force)
        return file

    def records(self) -> list[Mapping[str, Any]]:
        """Return every record, in the order of their ids.

        Raises
        ------
        InputError
            If a file is not the record of an evaluation.
        QuestionError
            If there is no such folder.
        """
        if not self.folder.is_dir():
            raise QuestionError(f"There is no bank '{self.folder}': it is made when the first evaluation is added.")
        return [read_record(file) for file in sorted(self.folder.glob("*.json"))]

    def list(self, *, lang: Lang = "sv") -> Answer:
        """Return what is in the bank.

        Parameters
        ----------
        lang : {"sv", "en"}
            The language.
        """
        rows = {str(one["id"]): _row(one, lang) for one in self.records()}
        return Answer(word("titles", "bank", lang), (_sheet("bank", rows, lang),) if rows else (), _empty(rows, lang))

    def compare(self, *, lang: Lang = "sv") -> Answer:
        """Return key figures per participant, the evaluations side by side [kr per participant].

        Parameters
        ----------
        lang : {"sv", "en"}
            The language.
        """
        records = self.records()
        rows = {
            name: _figures(one, _actors(records), lang)
            for name, one in zip(_names(records, lang), records, strict=True)
        }
        sheets = (_sheet("compared", rows, lang, caption=say("per_participant", lang)),) if rows else ()
        return Answer(word("titles", "compared", lang), sheets, _empty(rows, lang))


def _names(records: Sequence[Mapping[str, Any]], lang: Lang) -> tuple[str, ...]:
    """Return what each evaluation is called: its title, with its id where several have the same."""
    titles = [str(one["title"][lang]) for one in records]
    return tuple(
        title if titles.count(title) == 1 else f"{title} ({one['id']})"
        for title, one in zip(titles, records, strict=True)
    )


def _empty(rows: Mapping[str, Any], lang: Lang) -> tuple[str, ...]:
    return () if rows else (say("empty", lang),)


def _sheet(name: str, rows: Mapping[str, Mapping[str, tuple[Any, str]]], lang: Lang, *, caption: str = "") -> Sheet:
    import pandas as pd

    columns = list(next(iter(rows.values())))
    index = pd.Index(list(rows), name=word("columns", "title" if name == "compared" else "id", lang))

    def frame(place: int) -> "pd.DataFrame":
        made = pd.DataFrame(
            [[cells[column][place] for column in columns] for cells in rows.values()], index=index, columns=columns,
            dtype=object,
        )  # fmt: skip
        made.attrs["caption"] = caption
        return made

    texts = [word("columns", id_, lang) for id_ in ("title", "design", "evidence")]
    return Sheet(name, word("titles", name, lang), frame(0), shown=frame(1), texts=tuple(texts))


def _row(one: Mapping[str, Any], lang: Lang) -> dict[str, tuple[Any, str]]:
    cells = {
        "title": one["title"][lang],
        "persons": one["participants"],
        "observed_years": one["years"],
        "design": words()["designs"][one["design"]][lang],
        "evidence": label("evidence", one["evidence"], lang),
        "price_year": one["price_year"],
    }
    return {word("columns", id_, lang): (value, str(value)) for id_, value in cells.items()}


def _actors(records: list[Mapping[str, Any]]) -> list[str]:
    """Return the top actors with any gain in any record."""
    found = {
        name.removeprefix(_GROSS + TOP)
        for one in records
        for name, value in one["key_figures"].items()
        if name.startswith(_GROSS + TOP) and value != 0.0
    }
    return column_order(found)


def _figures(one: Mapping[str, Any], actors: list[str], lang: Lang) -> dict[str, tuple[Any, str]]:
    figures = one["key_figures"]

    def kronor(name: str) -> tuple[Any, str]:
        value = figures.get(name)
        return value, say("hidden", lang) if value is None else wording.number(value, lang=lang)

    months, realised = figures["payback_months"], figures["realised"]
    cells: dict[str, tuple[Any, str]] = {
        word("columns", "persons", lang): (one["participants"], wording.number(one["participants"], lang=lang)),
        word("columns", "evidence", lang): (one["evidence"], label("evidence", one["evidence"], lang)),
        word("columns", "cost_each", lang): kronor("cost"),
        word("columns", "net", lang): kronor("net"),
        word("columns", "society", lang): kronor(_GROSS + SOCIETY),
        word("columns", "public", lang): kronor(_GROSS + PUBLIC),
    }
    for actor in actors:
        known = shipped_actors()
        title = known[actor].title[lang] if actor in known else actor
        cells[title] = kronor(_GROSS + TOP + actor)
    cells[word("columns", "months", lang)] = (months, wording.NONE if months is None else str(months))
    share = wording.NONE if realised is None else wording.percent(realised, lang=lang)
    return cells | {word("columns", "realised", lang): (realised, share)}


def bank(folder: str | Path) -> Bank:
    """Return a bank of evaluations: the records in a folder.

    Parameters
    ----------
    folder : str or Path
        Where they lie.

    Examples
    --------
    ``ut.bank("bank").compare()``
    """
    return Bank(Path(folder))
