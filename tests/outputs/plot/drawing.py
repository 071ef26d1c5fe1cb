"""A small case that pictures are drawn of, and what can be read back from the axes."""

from collections.abc import Callable, Iterator
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from matplotlib.text import Text

import utanforskap as ut
from utanforskap.analysis.results import Comparison, Result

LONG = "Kommunens samlade åtgärder för unga vuxna som varken arbetar eller studerar $x^2$ <b> \N{GRINNING FACE}\n" * 4
_TOUCH = 0.5  # pixels


def kronor(value: float, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": "kr/år", "price_year": 2020, **more}


def small(*, years: int = 6, persons: int = 10) -> dict[str, Any]:
    """Return a case with several payers, production, a programme, and an actor that loses by it."""
    return {
        "format": 1,
        "id": "bilder",
        "title": {"sv": "Liten kalkyl", "en": "Small scenario"},
        "horizon": {"first_year": 2020, "years": years, "mandate_from": 2022},
        "money": {"price_year": 2020},
        "discounting": {"rate": 0.03, "timing": "mid"},
        "taxes": {
            "employer_contributions": 0.3,
            "income_tax": {"kommun": 0.2, "region": 0.1, "staten": 0},
            "retention": {"kommun": 0.1, "region": 0.1, "after_years": 0},
        },
        "states": {
            "arbete": {
                "title": {"sv": "I arbete", "en": "In work"},
                "work": {"wage": {"amount": kronor(300_000)}, "hours_share": 1},
                "flows": {
                    "vard": {
                        "title": "Vård",
                        "payer": "region",
                        "kind": "service",
                        "amount": kronor(70_000),
                        "quantity": 1,
                    }
                },
            },
            "utanfor": {
                "title": {"sv": "Utanför", "en": "Excluded"},
                "flows": {
                    "stod": {
                        "title": {"sv": "Stöd", "en": "Support"},
                        "payer": "kommun",
                        "kind": "service",
                        "amount": kronor(100_000, low=60_000, high=170_000),
                        "quantity": 1,
                    },
                    "ersattning": {
                        "title": "Ersättning",
                        "payer": "fk",
                        "payee": "individ",
                        "kind": "transfer",
                        "amount": kronor(90_000, low=80_000, high=110_000),
                        "quantity": 1,
                    },
                },
            },
        },
        "pathways": {
            "ute": {"model": "stages", "stages": [{"state": "utanfor"}]},
            "inne": {"model": "stages", "stages": [{"state": "utanfor", "years": 1}, {"state": "arbete"}]},
        },
        "groups": {
            "unga": {"title": "Unga", "persons": persons, "age": 20, "pathways": {"ute": 1}, "reference": "inne"}
        },
        "programmes": {
            "jobbstod": {
                "title": {"sv": "Jobbstöd", "en": "Job support"},
                "reaches": {"group": "unga", "pathway": "ute", "persons": persons},
                "starts": 2020,
                "leads_to": "inne",
                "success": {"value": 0.3, "low": 0.1, "high": 0.5},
                "evidence": "assumed",
                "deadweight": 0,
                "attribution": 1,
                "displacement": 0,
                "drop_off": 0,
                "costs": {
                    "drift": {
                        "amount": {"value": 70_000 * persons, "unit": "kr", "price_year": 2020},
                        "basis": "once",
                        "year": 2020,
                        "payer": "kommun",
                    }
                },
            }
        },
        "alternatives": {"jobb": {"programmes": ["jobbstod"]}},
    }


def peopled(*, years: int = 6, persons: int = 10) -> dict[str, Any]:
    """Return the same with new persons every year, a programme that keeps them out, a fund and a method."""
    data = small(years=years, persons=persons)
    first, last = 2020, 2020 + years - 1
    data["money"]["inflation"] = 0.02
    data["actors"] = {"kommun.fond": {"title": {"sv": "Fondens konto", "en": "The fund's account"}}}
    data["groups"]["unga"]["inflow"] = {"until": last}
    each = {"value": 40_000, "unit": "kr/deltagare", "price_year": 2020}
    drift = {"amount": each, "basis": "per_participant", "payer": "kommun"}
    mop = data["programmes"]["jobbstod"]
    for factor in ("deadweight", "attribution", "displacement", "drop_off"):
        del mop[factor]
    mop["reaches"] |= {"persons": persons / 2, "cohorts": "all"}
    mop["costs"] = {"drift": {**drift, "payer": "kommun.fond"}}
    tap = {**mop, "title": {"sv": "Kranen", "en": "The tap"}, "success": 0.5, "costs": {"drift": drift}}
    data["programmes"]["kran"] = {**tap, "reaches": {**mop["reaches"], "persons": persons / 10}}
    data["alternatives"]["kran"] = {"programmes": ["kran"]}
    repayment = {"years": {"first": first, "last": last}, "interest": 0, "committees": {"kommun": 0.5}}
    data["funds"] = {
        "fonden": {
            "title": {"sv": "Fonden", "en": "The fund"},
            "kind": "loan",
            "programme": "jobbstod",
            "account": "kommun.fond",
            "repayment": repayment,
        }
    }
    data["methods"] = {
        "metod": {
            "title": {"sv": "Metoden", "en": "The method"},
            "programme": "jobbstod",
            "own_money": "kommun.fond",
            "taken_up": {"reach": {str(first): 0.2}, "fidelity": 0.75, "costs": {"drift": drift}},
            "mended": {"fewer": {str(first): 0.1}, "onto": "inne"},
        }
    }
    return data


ASKED: dict[str, dict[str, str]] = {
    "break_even": {"parameter": "jobbstod.success"},
    "acceptability": {"parameter": "jobbstod.success"},
    "drawn": {"parameter": "stod.amount"},
    "thresholds": {"parameter": "jobbstod.success"},
    "stock_and_flow": {"of": "utanfor"},
    "mop_or_tap": {"of": "kran"},
}
"""What pictures are asked of these cases: those of an estimate, and of one of several."""
OF_PEOPLE = ("stock_and_flow", "mop_or_tap", "leverage", "fund_flow")
"""The pictures of what only the second has."""
OF_EITHER = ("by_actor", "by_mandate", "occupancy", "drawn", "stock_and_flow", "leverage")
"""The pictures that need no comparison."""


def suitable(kind: str) -> Callable[..., dict[str, Any]]:
    """Return which of the cases has what a picture is of."""
    return peopled if kind in OF_PEOPLE else small


def result_of(data: dict[str, Any]) -> Result:
    return ut.run(ut.from_data(data))


def gain_of(data: dict[str, Any]) -> Comparison:
    return result_of(data).compare("jobb")


def bars(ax: Axes) -> list[Rectangle]:
    """Return the bars of a picture; what only marks a place has no size."""
    return [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_width() and patch.get_height()]


def bars_called(ax: Axes, name: str) -> list[Rectangle]:
    """Return the bars that were drawn for a row."""
    found = [container for container in ax.containers if container.get_label() == name]
    return [patch for container in found for patch in container.patches]


def told(ax: Axes) -> list[str]:
    """Return every text in a picture that is shown."""
    return [text.get_text() for text in texts(ax)]


def texts(ax: Axes) -> list[Text]:
    figure = ax.figure.figure
    FigureCanvasAgg(figure).draw()
    undrawn = {id(text) for each in figure.axes for text in _beyond(each)}
    found = [text for text in figure.findobj(Text) if isinstance(text, Text) and text.get_visible()]
    return [text for text in found if text.get_text().strip() and id(text) not in undrawn]


def _beyond(ax: Axes) -> Iterator[Text]:
    """Yield the words of ticks beyond what the axes show, which matplotlib keeps and does not draw."""
    for axis in (ax.xaxis, ax.yaxis):
        low, high = sorted(axis.get_view_interval())
        room = 1e-9 * (high - low)
        for tick in axis.get_major_ticks():
            if not low - room <= tick.get_loc() <= high + room:
                yield from (tick.label1, tick.label2)


def overlapping(ax: Axes) -> list[tuple[str, str]]:
    """Return the texts of a picture that lie upon each other."""
    boxes = [(text.get_text(), Text.get_window_extent(text)) for text in texts(ax)]
    return [
        (one, other)
        for place, (one, first) in enumerate(boxes)
        for other, second in boxes[place + 1 :]
        if min(first.x1, second.x1) - max(first.x0, second.x0) > _TOUCH
        and min(first.y1, second.y1) - max(first.y0, second.y0) > _TOUCH
    ]


def cut(ax: Axes) -> list[str]:
    """Return the texts that reach outside the figure."""
    figure = ax.figure.figure
    page = figure.bbox
    return [
        text.get_text()
        for text in texts(ax)
        for box in [Text.get_window_extent(text)]
        if box.x0 < -_TOUCH or box.y0 < -_TOUCH or box.x1 > page.x1 + _TOUCH or box.y1 > page.y1 + _TOUCH
    ]
