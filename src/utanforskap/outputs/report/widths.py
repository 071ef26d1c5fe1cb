"""How a table's width is shared by its columns."""

from utanforskap.outputs.report.model import Table

_LONGEST_WORD, _LONGEST_WORD_OF_LONG, _LONGEST_CELL = 20, 14, 45
"""Characters beyond which a word, or a cell, gets no more room: it is broken."""
_AROUND = 1.5
"""Bold letters are wider [characters]."""


def shares(table: Table, *, room: float) -> list[float]:
    """Return each column's share of a table's width, so that few words are broken [shares that sum to one].

    Every column has room for its longest word; what is left goes to those with long cells.

    Parameters
    ----------
    table : Table
        The table.
    room : float
        How many characters there is room for in a line across it.
    """
    cells = [[column.title, *(row.cells[at] for row in table.rows)] for at, column in enumerate(table.columns)]
    most = _LONGEST_WORD_OF_LONG if table.long else _LONGEST_WORD
    need = [_AROUND + max(_longest_word(cell, most) for cell in column) for column in cells]
    want = [
        max(least, *(min(float(len(cell)), _LONGEST_CELL) for cell in column))
        for least, column in zip(need, cells, strict=True)
    ]
    spare = max(room - sum(need), 0.0)
    part = min(spare / max(sum(want) - sum(need), 1e-9), 1.0)
    given = [least + part * (wish - least) for least, wish in zip(need, want, strict=True)]
    return [each / sum(given) for each in given]


def _longest_word(cell: str, most: int) -> float:
    # A space that does not break a line is a part of the word.
    return float(min(max(map(len, cell.split(" "))), most))
