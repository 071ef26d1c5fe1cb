"""Take what was run out of the notebooks, before they are committed: ``python scripts/strip_notebooks.py``."""

from pathlib import Path
from typing import Any

import nbformat

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
KEPT = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""What a notebook says of itself: no version and no setting of whoever ran it."""


def stripped(text: str) -> str:
    """Return a notebook's file without outputs, counts and what editors note beside the cells."""
    book: Any = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    book.metadata = KEPT
    for cell in book.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return str(nbformat.writes(book)) + "\n"  # type: ignore[no-untyped-call]


def main() -> None:
    """Strip every notebook."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        path.write_text(stripped(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
