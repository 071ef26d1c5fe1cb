"""Lines in actors' colours, named where they end."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke

from utanforskap.engine.parameters import Array
from utanforskap.outputs.plot.colours import Colour, contrast
from utanforskap.outputs.plot.words import fitted

_NAME = 105.0
_TYPE = 7.5
_BETWEEN = 0.3
_VISIBLE = 3.0
_POINTS = 72.0
_LEADER = {"arrowstyle": "-", "linewidth": 0.5, "shrinkA": 1, "shrinkB": 1, "relpos": (0.0, 0.5)}
_DASHES = ("-", (0, (5, 1.6)), (0, (2.4, 1.4)), (0, (6, 1.4, 1.4, 1.4)), (0, (1.2, 1.2)), (0, (3.4, 1, 1, 1, 1, 1)))


def curve(ax: Axes, at: Array, values: Array, colour: Colour, *, name: str, nth: int = 0) -> Line2D:
    """Draw a line in a colour; a light one has a thin dark edge so that it can be seen on white.

    Parameters
    ----------
    ax : Axes
        The picture.
    at, values : array
        The line.
    colour : Colour
        Its colour.
    name : str
        What it is called in a legend.
    nth : int
        Its number where lines may cover one another: each is dashed in a way of its own, the first not at all.
    """
    dashes = _DASHES[nth % len(_DASHES)]
    (line,) = ax.plot(at, values, color=colour.fill, linewidth=1.8, linestyle=dashes, zorder=3, label=name)
    if contrast(colour.fill, "#ffffff") < _VISIBLE:
        line.set_path_effects([Stroke(linewidth=2.8, foreground=colour.ink), Normal()])
    return line


def named_at_end(ax: Axes, ends: Mapping[str, tuple[float, Colour]]) -> None:
    """Write what lines are called to the right of where they end, so far apart that no name covers another.

    Parameters
    ----------
    ax : Axes
        The picture; its limits are taken to be final.
    ends : mapping of str to (float, Colour)
        Where each line ends, and its colour, by its name.
    """
    low, high = ax.get_ylim()
    figure = ax.figure.figure
    names = sorted(ends, key=lambda name: ends[name][0])
    told = [_broken(name) for name in names]
    # The axes are a little lower than the figure; what that makes of the distances is on the safe side.
    line = 1.45 * _TYPE / _POINTS / (0.7 * figure.get_figheight() * ax.get_position().height / 0.77)
    heights = np.array([(text.count("\n") + 1) * line for text in told])
    wanted = np.array([(ends[name][0] - low) / (high - low) for name in names])
    for name, text, place in zip(names, told, _spread(wanted, heights), strict=True):
        end, colour = ends[name]
        ax.annotate(
            text, (1.0, (end - low) / (high - low)), (1.03, place), xycoords="axes fraction",
            textcoords="axes fraction", va="center", fontsize=_TYPE, color=colour.ink, annotation_clip=False,
            linespacing=1.15, arrowprops={**_LEADER, "color": colour.ink},
        )  # fmt: skip


def _broken(name: str) -> str:
    return "\n".join(fitted(line, width=_NAME, size=_TYPE, lines=2) for line in name.split("\n"))


def _spread(wanted: Array, heights: Array) -> Array:
    """Return places as near those wanted as the heights allow, from below."""
    places = np.clip(wanted, heights / 2, 1.0 - heights / 2)
    for before, after in pairwise(range(len(places))):
        places[after] = max(places[after], places[before] + (heights[before] + heights[after]) / 2)
    over = places[-1] + heights[-1] / 2 - 1.0 if len(places) else 0.0
    if over > 0.0:
        places[-1] -= over
        for after, before in pairwise(reversed(range(len(places)))):
            places[before] = min(places[before], places[after] - (heights[before] + heights[after]) / 2)
    return places
