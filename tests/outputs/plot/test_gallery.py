"""The gallery shows every picture there is."""

import re
from pathlib import Path

from utanforskap.outputs.plot.kinds import KINDS

TOP = Path(__file__).parents[3]
GALLERY = TOP / "docs" / "gallery.md"
MOST_BYTES = 100_000


def test_every_picture_is_shown_once_and_is_small() -> None:
    shown = re.findall(r"\]\(pictures/(\w+)\.png\)", GALLERY.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(KINDS)
    kept = {path.stem: path.stat().st_size for path in (TOP / "docs" / "pictures").iterdir()}
    assert sorted(kept) == sorted(KINDS)
    assert max(kept.values()) < MOST_BYTES
