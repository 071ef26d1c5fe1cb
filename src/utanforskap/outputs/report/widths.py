"""How a table's width is shared by its columns."""

from utanforskap.outputs.report.model import Table

_LONGEST_WORD, _LONGEST_CELL = 20, 45
"""Characters beyond which a word, or a cell, gets no more room: it is broken."""


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
    need = [1.0 + max(_longest_word(cell) for cell in column) for column in cells]
    want = [
        max(least, *(min(float(len(cell)), _LONGEST_CELL) for cell in column))
        for least, column in zip(need, cells, strict=True)
    ]
    spare = max(room - sum(need), 0.0)
    part = min(spare / max(sum(want) - sum(need), 1e-9), 1.0)
    given = [least + part * (most - least) for least, most in zip(need, want, strict=True)]
    return [each / sum(given) for each in given]


def _longest_word(cell: str) -> float:
    # A space that does not break a line is a part of the word.
    return float(min(max(map(len, cell.split(" "))), _LONGEST_WORD))
