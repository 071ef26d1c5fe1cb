"""What in a case varies, and what it is drawn from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from utanforskap.engine.draws import Sampler, Sampling
from utanforskap.engine.wholes import within_one
from utanforskap.errors import QuestionError
from utanforskap.inputs.case import Case, setting_name, walk
from utanforskap.inputs.parts.shares import Together
from utanforskap.inputs.values.distributions import Array, Constant, Dirichlet, Distribution


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Everything in a case that varies, prices included.

    Attributes
    ----------
    single : mapping of str to Distribution
        By name, in the estimate's own unit; what an alternative sets is ``alternatives.<id>.set.<name>``.
    rows : tuple of Dirichlet
        Shares that are drawn together, by name within each; one that is ``rest`` has its name too.
    correlations : mapping of (str, str) to float
        Between names of `single`.
    """

    single: Mapping[str, Distribution]
    rows: tuple[Dirichlet, ...]
    correlations: Mapping[tuple[str, str], float]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that is drawn: the single ones, then the shares row by row."""
        return (*self.single, *(name for row in self.rows for name in row.names))


def uncertain(case: Case) -> Uncertain:
    """Return everything in a case that varies; a number without spread is left out.

    Parameters
    ----------
    case : Case
        The case; the order is that of its parts, with the prices after them and the alternatives last.
    """
    rows = tuple(part.dirichlet(path) for path, part in walk(case.scenario, "") if isinstance(part, Together))
    pairs = {
        pair: said.value for said in case.scenario.correlations.values() for pair in combinations(sorted(said.of), 2)
    }
    single = {name: found for name, found in _stated(case) if found is not None and not isinstance(found, Constant)}
    return Uncertain(single, rows, pairs)


def _stated(case: Case) -> Iterator[tuple[str, Distribution | None]]:
    for name, estimate in case.estimates.items():
        yield name, estimate.distribution()
    for id_, alternative in case.scenario.alternatives.items():
        for name, said in alternative.set.items():
            yield setting_name(id_, name), said.distribution(bounds=case.estimates[name].bounds)


def sampler(case: Case, *, seed: int, draws: int, sampling: Sampling = "random") -> Sampler:
    """Return what draws everything in a case that varies.

    Parameters
    ----------
    case : Case
        The case.
    seed : int
        The run's seed [0 or more].
    draws : int
        How many draws the run has [1 or more]; a power of two for ``sobol``.
    sampling : {"random", "latin", "sobol"}
        As for `Sampler`.

    Raises
    ------
    QuestionError
        Where the seed or the number of draws does not suit.
    """
    found = uncertain(case)
    try:
        return Sampler(
            seed=seed,
            draws=draws,
            single=found.single,
            rows=found.rows,
            correlations=found.correlations,
            sampling=sampling,
        )
    except ValueError as error:
        raise QuestionError(str(error)) from None


def values_for(case: Case, drawn: Mapping[str, Array], *, alternative: str | None = None) -> dict[str, Array]:
    """Return draws by the names of estimates, as the parameters of the baseline or of an alternative take them.

    What an alternative sets wins over what is drawn for everybody: its own draws where it states a spread, otherwise
    its value, for which nothing is returned. A share that is ``rest`` has no value of its own: the others leave it,
    and are scaled to one where they would leave less than nothing (`within_one`).

    Parameters
    ----------
    case : Case
        The case.
    drawn : mapping of str to ndarray, shape (draw,)
        By the names of `Uncertain`; some of them are enough.
    alternative : str or None
        The alternative; None is the baseline.
    """
    values = {name: draws for name, draws in drawn.items() if name in case.estimates}
    if alternative is not None:
        for name in case.scenario.alternatives[alternative].set:
            values.pop(name, None)
            own = setting_name(alternative, name)
            if own in drawn:
                values[name] = drawn[own]
    return within_one(case, values, alternative=alternative)
