"""A case and its parameters in, occupancy and ledger out."""

from dataclasses import dataclass
from functools import cached_property

from utanforskap.engine.agreements import agreed
from utanforskap.engine.budgets import paid_for
from utanforskap.engine.effects import effect
from utanforskap.engine.ledger import Ledger, write
from utanforskap.engine.lines import Posted
from utanforskap.engine.occupancy import Occupancy, Presence, baseline, total
from utanforskap.engine.parameters import Parameters


@dataclass(frozen=True, eq=False)
class Run:
    """One run of the chain, each part made when it is first asked for.

    Attributes
    ----------
    parameters : Parameters
        The case and the values it is run with.
    alternative : str or None
        The alternative; None is the baseline.
    reference : str or None
        A reference on which everybody is put.
    """

    parameters: Parameters
    alternative: str | None
    reference: str | None

    @property
    def programmes(self) -> tuple[str, ...]:
        """The programmes that are carried out: the alternative's, but on a reference none."""
        if self.alternative is None or self.reference is not None:
            return ()
        return self.parameters.case.scenario.alternatives[self.alternative].programmes

    @cached_property
    def persons(self) -> tuple[Presence, ...]:
        """Who is where without a programme."""
        return tuple(baseline(self.parameters, reference=self.reference))

    @cached_property
    def moved(self) -> tuple[Presence, ...]:
        """What programmes add and take away."""
        return tuple(presence for id_ in self.programmes for presence in effect(self.parameters, id_))

    @cached_property
    def posted(self) -> tuple[Posted, ...]:
        """What programmes cost, how they are funded, and what is agreed about their money."""
        paid = [each for id_ in self.programmes for each in paid_for(self.parameters, id_)]
        return (*paid, *agreed(self.parameters, self.programmes, paid))

    @cached_property
    def occupancy(self) -> Occupancy:
        """Persons by group, state and year."""
        return total(self.parameters.case, [*self.persons, *self.moved], draws=self.parameters.draws)

    @cached_property
    def ledger(self) -> Ledger:
        """Kronor by line and year."""
        return write(self.parameters, self.persons, self.moved, self.posted)


def run(parameters: Parameters, *, alternative: str | None = None, reference: str | None = None) -> Run:
    """Return the run of the baseline, of an alternative, or of everybody on a reference.

    Parameters
    ----------
    parameters : Parameters
        The case and its values, with the alternative's own values in place.
    alternative : str or None
        Whose programmes are carried out.
    reference : str or None
        A reference on which everybody is put; for the cost of exclusion.
    """
    return Run(parameters, alternative, reference)
