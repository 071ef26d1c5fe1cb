"""Draw the pictures of docs/gallery.md: ``python scripts/gallery.py``."""

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

import utanforskap as ut

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
DRAWN: dict[str, dict[str, dict[str, Any]]] = {
    "trelleborg-skolmisslyckanden": {
        "by_actor": {},
        "by_mandate": {},
        "cumulative": {"perspective": "fk"},
        "who_gains": {},
        "flow": {},
        "occupancy": {},
        "tornado": {},
        "break_even": {"parameter": "success"},
        "distribution": {"perspective": "fk", "period": "first_mandate"},
        "acceptability": {"parameter": "success", "draws": 2000},
        "drawn": {"parameter": "prices.rattsvasende.anstalt_dygn"},
    },
    "stang-kranen": {"stock_and_flow": {"of": "utanforskap"}, "mop_or_tap": {}},
    "finsam-forbund": {"leverage": {}, "fund_flow": {}},
    "boss-skane": {"thresholds": {"parameter": "success"}},
}
OF_THE_RESULT = ("by_actor", "by_mandate", "stock_and_flow", "leverage")
WIDTH = 900
COLOURS = 256


def main() -> None:
    """Write every picture."""
    PICTURES.mkdir(exist_ok=True)
    for scenario, pictures in DRAWN.items():
        result = ut.run(ut.load(scenario))
        gain = result.compare(result.alternatives[0])
        for kind, asked in pictures.items():
            drawn = ut.plot.picture(kind, result if kind in OF_THE_RESULT else gain, **asked)
            write(ut.plot.render(drawn, "png"), PICTURES / f"{kind}.png")


def write(content: bytes, path: Path) -> None:
    """Write a picture with few colours, at the width of a page on a screen."""
    whole = Image.open(BytesIO(content)).convert("RGB")
    small = whole.resize((WIDTH, round(whole.height * WIDTH / whole.width)), Image.Resampling.LANCZOS)
    few = small.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
