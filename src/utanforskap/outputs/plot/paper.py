"""What pictures have in common: the paper they are drawn on, axes in kronor and years, what stands around them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from io import BytesIO
from typing import Any, Literal

import matplotlib as mpl
from matplotlib import style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.text import Annotation
from matplotlib.ticker import FixedLocator, Formatter, MaxNLocator
from matplotlib.transforms import Bbox, IdentityTransform

from utanforskap.analysis import wording
from utanforskap.outputs.plot.colours import Colour, contrast
from utanforskap.outputs.plot.words import fitted, one_line
from utanforskap.terms import Lang

WIDTH = 6.7
"""How wide a picture is [inches]: the text of an A4 page with margins of 20 mm."""
HEIGHT = 3.9
"""How high it is unless it has many rows [inches]."""
LEGEND_ABOVE = 20.0
"""The room that a legend over a picture takes [points]."""
_GREY = "#5b6469"
_TITLE, _SUBTITLE, _CAPTION, TICK = 10.0, 8.0, 6.5, 7.5
"""The size of the type along an axis [points], after those of what stands around a picture."""
_OFF = 7.0  # from the picture to what stands over it [points]
_LINE = 1.25  # from line to line, as a share of the size of the type
_MARGINS = 0.2  # [inches]
_POINTS = 72.0
_YEARS_SHARE, _YEAR = 0.66, 30.0  # of the width; of a year [points]
_ROOM, _TEXT_ROOM = 0.04, 0.1
_NAME_WIDTH = 330.0  # [points]
_LEGEND, _LEGEND_WIDTH = 7.5, 105.0  # [points]
_MOST_LINES = 3
_MOST_DECIMALS = 6
_CLOSE = 1e-6
_VISIBLE = 3.0  # the contrast that WCAG 2.2 asks of graphics, success criterion 1.4.11


class Board(Axes):
    """Axes that a notebook shows as a picture, without the state that pyplot keeps."""

    def _repr_png_(self) -> bytes:
        return render(self, "png")


def alt_text(ax: Axes) -> str:
    """Return what a picture says, to those who cannot see it."""
    return str(ax.get_label())


def render(ax: Axes, format: str) -> bytes:
    """Return a picture's whole figure as a file: the same bytes for the same picture.

    Parameters
    ----------
    ax : Axes
        The picture.
    format : {"png", "svg", "pdf"}
        The form. What the picture says goes into the file's own description.
    """
    figure = ax.figure.figure
    page = BytesIO()
    with styled():
        figure.savefig(page, format=format, metadata=_METADATA[format](alt_text(ax)))
    return page.getvalue()


_METADATA: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "png": lambda alt: {"Description": alt, "Software": None},
    "svg": lambda alt: {"Description": alt, "Date": None, "Creator": None},
    "pdf": lambda alt: {"Subject": alt, "CreationDate": None, "Creator": None, "Producer": None},
}


class _Line(Annotation):
    """A text that takes room over or under a picture, and none to its right, where it may reach past the axes."""

    def get_tightbbox(self, renderer: RendererBase | None = None) -> Bbox:
        found = super().get_tightbbox(renderer)
        assert found is not None
        assert self.axes is not None
        return Bbox.from_extents(found.x0, found.y0, max(min(found.x1, self.axes.bbox.x1), found.x0 + 1.0), found.y1)


@contextmanager
def styled() -> Iterator[None]:
    """Draw as our style sheet says; afterwards the reader's own settings are as they were."""
    sheet = resources.files("utanforskap").joinpath("data/pictures.mplstyle")
    with resources.as_file(sheet) as path, style.context(["default", path]):
        yield


@contextmanager
def board(ax: Axes | None, *, height: float = HEIGHT) -> Iterator[Axes]:
    """Draw upon the axes that are given, or upon new ones on a figure of their own.

    Parameters
    ----------
    ax : Axes or None
        What to draw upon.
    height : float
        How high a new figure is [inches].
    """
    with styled():
        if ax is None:
            figure = Figure(figsize=(WIDTH, height), layout="constrained")
            ax = figure.add_subplot(axes_class=Board)
        else:
            ax.spines[:].set_visible(False)
            ax.tick_params(length=0, labelsize=TICK, labelcolor=mpl.rcParams["text.color"])
            ax.set_axisbelow(True)
        yield ax


def frame_in(ax: Axes, *, title: str, subtitle: str, caption: str, alt: str, above: float = 0.0) -> None:
    """Write what stands around a picture.

    Parameters
    ----------
    ax : Axes
        The picture.
    title : str
        What it shows.
    subtitle : str
        Of what, and in which unit.
    caption : str
        The line under it: perspective, price year, rate, horizon.
    alt : str
        What it says, to those who cannot see it; kept as the label of the axes.
    above : float
        The room that is taken between the picture and its subtitle [points].
    """
    across = _across(ax)
    lines = [
        (fitted(title, width=across, size=_TITLE, lines=2, bold=True), _TITLE),
        (fitted(subtitle, width=across, size=_SUBTITLE, lines=2), _SUBTITLE),
    ]
    height = above + _OFF
    for text, size in reversed(lines):
        _beside(ax, text, (0, height), size=size, va="bottom", top=True, bold=size == _TITLE)
        height += _LINE * size * (text.count("\n") + 1) + 2
    below = fitted(caption, width=across, size=_CAPTION, lines=_MOST_LINES)
    _beside(ax, below, (0, -_OFF / 2), size=_CAPTION, va="top", top=False, bold=False)
    ax.set_label(one_line(alt))


def _beside(
    ax: Axes,
    text: str,
    offset: tuple[float, float],
    *,
    size: float,
    va: Literal["top", "bottom"],
    top: bool,
    bold: bool,
) -> None:
    """Write over or under the axes, from where the names along the upright axis begin."""
    line = _Line(
        text, (0, 1 if top else 0), offset,
        xycoords=(ax.yaxis.label, "axes fraction" if top else ax.xaxis.label), textcoords="offset points",
        va=va, ha="left", clip_on=False, fontsize=size, fontweight="bold" if bold else "normal", linespacing=_LINE,
        color=mpl.rcParams["text.color"] if bold else _GREY,
    )  # fmt: skip
    line.set_transform(IdentityTransform())
    ax.add_artist(line)


def _across(ax: Axes) -> float:
    """Return how wide the axes' part of the figure is [points]."""
    figure = ax.figure.figure
    place = ax.get_subplotspec()
    columns = place.get_gridspec().ncols if place is not None else 1
    return (figure.get_figwidth() / columns - _MARGINS) * _POINTS


def nothing_to_show(ax: Axes, text: str) -> None:
    """Write that there is nothing to show, in the middle of empty axes."""
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=_GREY, fontsize=9)
    ax.set_xticks([])
    ax.set_yticks([])


class Ticks(Formatter):
    """Numbers along an axis, with as many decimals as tell the ticks apart.

    Parameters
    ----------
    size : float
        What one of the numbers is, in the unit of the axis.
    lang : {"sv", "en"}
        The language.
    sign : str
        What stands after each.
    """

    def __init__(self, size: float, lang: Lang, sign: str = "") -> None:
        self._size, self._lang, self._sign = size, lang, sign
        self._decimals = 0

    def set_locs(self, locs: Sequence[float]) -> None:
        """Take the places of the ticks."""
        numbers = [place / self._size for place in locs]
        near = _CLOSE * max((abs(number) for number in numbers), default=0.0)
        told = (n for n in range(_MOST_DECIMALS) if all(abs(round(number, n) - number) <= near for number in numbers))
        self._decimals = next(told, _MOST_DECIMALS)

    def __call__(self, x: float, pos: int | None = None) -> str:  # noqa: ARG002
        """Return a number."""
        return wording.number(x / self._size, decimals=self._decimals, lang=self._lang) + self._sign


def percent_ticks(lang: Lang) -> Ticks:
    """Return shares in percent."""
    return Ticks(0.01, lang, sign="\N{NO-BREAK SPACE}%")


def number_ticks(lang: Lang) -> Ticks:
    """Return plain numbers."""
    return Ticks(1.0, lang)


def kronor_along(axis: Axis, unit: wording.KronorUnit, lang: Lang) -> None:
    """Put amounts along an axis, with a thin line at each."""
    axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(Ticks(1.0 / wording.scaled(1.0, unit), lang))
    lines_across(axis)


def lines_across(axis: Axis) -> None:
    """Draw a thin line at each tick of an axis, behind everything."""
    axis.grid(True, which="major", color=mpl.rcParams["grid.color"], linewidth=mpl.rcParams["grid.linewidth"])


def years_along(ax: Axes, years: Iterable[float]) -> None:
    """Put years along a picture: each, or every second, fifth or tenth, as there is room."""
    ordered = sorted(round(year) for year in years)
    first, last = ordered[0], ordered[-1]
    most = _YEARS_SHARE * _across(ax) / _YEAR
    step = next((step for step in (1, 2, 5, 10, 20) if (last - first) / step <= most), 50)
    axis = ax.xaxis
    axis.set_major_locator(FixedLocator(range(first, last + 1, step)))
    axis.set_major_formatter(lambda year, _: f"{year:.0f}")


def called_along(axis: XAxis, text: str) -> None:
    """Write what an axis is of."""
    axis.set_label_text(fitted(text, width=_NAME_WIDTH, size=TICK, lines=2), fontsize=TICK)
    axis.label.set_parse_math(False)


def names_along(axis: Axis, names: Sequence[str]) -> None:
    """Put names that fit at 0, 1, 2 … along an axis."""
    axis.set_major_locator(FixedLocator(range(len(names))))
    axis.set_ticklabels(names)
    for tick in axis.get_ticklabels():
        tick.set_parse_math(False)


def room_around(ax: Axes, *, with_text: bool = False) -> None:
    """Let the axis of amounts reach a little beyond them, further where text stands over them; zero is always on it."""
    low, high = (float(end) for end in ax.dataLim.intervaly)
    low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low) or 1.0
    ax.set_ylim(low - (_ROOM * room if low < 0.0 else 0.0), high + (_TEXT_ROOM if with_text else _ROOM) * room)


def zero_line(ax: Axes, *, upright: bool = False) -> None:
    """Draw the line from which amounts are measured."""
    draw = ax.axvline if upright else ax.axhline
    draw(0.0, color=mpl.rcParams["axes.edgecolor"], linewidth=0.8, zorder=2.5)


def key(colour: Colour, name: str) -> Patch:
    """Return a line of a legend."""
    return Patch(**painted(colour), label=name)


def painted(colour: Colour) -> dict[str, Any]:
    """Return how an area of a colour is drawn: its pattern in ink or white, and a white line around it."""
    pattern = {"hatch": colour.pattern} if colour.pattern else {}
    edge = colour.ink if colour.pattern and contrast(colour.fill, "#ffffff") < _VISIBLE else "white"
    return {"facecolor": colour.fill, "edgecolor": edge, "linewidth": 0.4, **pattern}


def legend(ax: Axes, entries: Iterable[Artist]) -> None:
    """Write what the colours mean beside the picture, in the order in which they lie."""
    handles = list(entries)
    names = [
        fitted(str(handle.get_label()), width=_LEGEND_WIDTH, size=_LEGEND, lines=_MOST_LINES) for handle in handles
    ]
    ax.legend(handles, names, loc="upper left", bbox_to_anchor=(1.015, 1.0))


def legend_above(ax: Axes, entries: Iterable[Artist]) -> None:
    """Write what the colours mean over the picture, on one line."""
    handles = list(entries)
    names = [str(handle.get_label()) for handle in handles]
    ax.legend(handles, names, loc="lower left", bbox_to_anchor=(0.0, 1.01), ncols=len(handles), columnspacing=1.4)
