"""Numbers that vary together: which sets they form, and whether their correlations can all hold."""

from collections.abc import Mapping, Sequence

import numpy as np

from utanforskap.inputs.values.distributions import Array

Pairs = Mapping[tuple[str, str], float]
"""Correlations by the names of two numbers; a pair that is not named counts as 0."""

_INDEFINITE = 1e-10


def correlated_sets(pairs: Pairs) -> tuple[tuple[tuple[str, ...], Array], ...]:
    """Return each set of numbers that hang together, by sorted name, with the Cholesky factor of its correlations.

    Raises
    ------
    ValueError
        Where a number is correlated with itself, a pair is stated twice, a correlation is not between -1 and 1, or
        the correlations of a set cannot all hold.
    """
    belongs: dict[str, set[str]] = {}
    for (one, other), correlation in pairs.items():
        if one == other:
            raise ValueError(f"'{one}' is correlated with itself: name two estimates.")
        if (other, one) in pairs:
            raise ValueError(f"The correlation of '{one}' and '{other}' is stated twice.")
        if not -1.0 < correlation < 1.0:
            raise ValueError(
                f"The correlation of '{one}' and '{other}' is {correlation:.10g}: it must be between -1 and 1.\n"
                "Where one follows from the other, state it once."
            )
        joined = belongs.get(one, {one}) | belongs.get(other, {other})
        belongs |= dict.fromkeys(joined, joined)
    sets = {tuple(sorted(members)) for members in belongs.values()}
    return tuple((members, _factor(members, pairs)) for members in sorted(sets))


def _factor(members: Sequence[str], pairs: Pairs) -> Array:
    """Return the lower triangular factor of a set's correlation matrix."""
    matrix = np.eye(len(members))
    for (one, other), correlation in pairs.items():
        if one in members:
            i, j = members.index(one), members.index(other)
            matrix[i, j] = matrix[j, i] = correlation
    least = float(np.linalg.eigvalsh(matrix)[0])
    if least < _INDEFINITE:
        raise ValueError(
            f"The correlations of {', '.join(members)} cannot all hold: their matrix is not positive definite (least "
            f"eigenvalue {least:.3g}, and a pair that is not named counts as 0).\n"
            "Move them nearer to 0, or name the pairs that are missing."
        )
    return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)
