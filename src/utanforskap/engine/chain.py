"""A case and its parameters in, occupancy and ledger out."""

from dataclasses import dataclass

from utanforskap.engine.effects import effect
from utanforskap.engine.ledger import Ledger, write
from utanforskap.engine.occupancy import Occupancy, baseline, total
from utanforskap.engine.parameters import Parameters


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What one run of the chain gives.

    Attributes
    ----------
    parameters : Parameters
        The case and the values it was run with.
    alternative : str or None
        The alternative; None is the baseline.
    occupancy : Occupancy
        Persons.
    ledger : Ledger
        Kronor.
    """

    parameters: Parameters
    alternative: str | None
    occupancy: Occupancy
    ledger: Ledger


def run(parameters: Parameters, *, alternative: str | None = None, reference: str | None = None) -> Run:
    """Return occupancy and ledger of the baseline, of an alternative, or of everybody on a reference.

    Parameters
    ----------
    parameters : Parameters
        The case and its values, with the alternative's own values in place.
    alternative : str or None
        Whose programmes are carried out.
    reference : str or None
        A reference on which everybody is put; for the cost of exclusion.
    """
    case = parameters.case
    programmes: tuple[str, ...] = ()
    if alternative is not None and reference is None:
        programmes = case.scenario.alternatives[alternative].programmes
    persons = list(baseline(parameters, reference=reference))
    moved = [presence for id_ in programmes for presence in effect(parameters, id_)]
    ledger = write(parameters, persons, moved, programmes=programmes)
    return Run(parameters, alternative, total(case, [*persons, *moved]), ledger)
