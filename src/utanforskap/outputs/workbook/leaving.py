"""Those who leave for good (deaths, emigration) as formulas, whatever pathway they are on."""

from collections.abc import Mapping

from utanforskap.inputs.parts.populations import Exit
from utanforskap.outputs.workbook.expressions import Expr, largest, number, total
from utanforskap.outputs.workbook.pages import FIRST_YEAR, Page, Row, Walked, profile_at


def with_exits(walked: Walked, page: Page, exits: Mapping[str, Exit], path: str, *, whole_at: int) -> Walked:
    """Write who have left for good, and return where those are who began: on the pathway, or where they left for.

    Parameters
    ----------
    walked : Walked
        Where those are who have not left.
    page : Page
        Where it is written, and what it is written from.
    exits : mapping of str to Exit
        Yearly probabilities of leaving, by the absorbing state.
    path : str
        Their dotted path.
    whole_at : int
        The year since the pathway's start in which nobody has left yet; negative where it lies before the start.
    """
    alive, gone, left = _leaving(page, exits, path, whole_at)

    def at(row: Row, year: int) -> Expr:
        return row[max(year - whole_at, 0)]

    years = range(page.years)
    stay = [at(alive, year) for year in years]
    occupancy = {
        state: page.row(state, page.say("of_all"), [each * share for each, share in zip(row, stay, strict=True)])
        for state, row in walked.occupancy.items()
    }
    entries = {
        state: [each * share for each, share in zip(row, stay, strict=True)] for state, row in walked.entries.items()
    }
    placement = {state: each * at(alive, 0) for state, each in walked.placement.items()}
    for state in exits:
        occupancy[state] = page.row(state, page.say("of_all"), [at(gone[state], year) for year in years])
        entries[state] = [at(left[state], year) for year in years]
        placement[state] = number(0.0)
    return Walked(occupancy, entries, placement, walked.stays, stay)


def _leaving(
    page: Page, exits: Mapping[str, Exit], path: str, whole_at: int
) -> tuple[Row, dict[str, Row], dict[str, Row]]:
    """Write who are left, and who have gone and go where, year by year since all were there."""
    moments = page.years - whole_at
    chances = {
        state: [profile_at(said, f"{path}.{state}", page, whole_at + moment) for moment in range(moments - 1)]
        for state, said in exits.items()
    }
    rows = {state: page.sheet.next_row + 1 + position for position, state in enumerate(exits)}
    sheet, first = page.sheet, page.sheet.next_row
    sheet.texts(first, ("", page.say("alive")), "label", column=1)
    for state, row in rows.items():
        sheet.texts(row, (page.title(state), page.say("gone")), "label", column=1)
    alive = [sheet.add(first, FIRST_YEAR, 1.0, "share")]
    gone = {state: [sheet.add(row, FIRST_YEAR, 0.0, "share")] for state, row in rows.items()}
    left: dict[str, Row] = {state: [number(0.0)] for state in exits}
    for moment in range(1, moments):
        chance = {state: row[moment - 1] for state, row in chances.items()}
        # Where they are together more than one they are scaled to it; one by itself never is.
        most = largest(total(list(chance.values())), 1.0) if len(chance) > 1 else number(1.0)
        for state, each in chance.items():
            leave = alive[-1] * each if len(chance) == 1 else alive[-1] * each / most
            left[state].append(leave)
            gone[state].append(sheet.add(rows[state], FIRST_YEAR + moment, gone[state][-1] + leave, "share"))
        stays = alive[-1] - total([row[-1] for row in left.values()])
        alive.append(sheet.add(first, FIRST_YEAR + moment, stays, "share"))
    return alive, gone, left
