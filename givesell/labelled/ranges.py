"""The ranges of the numbers that training takes: beyond them a fit goes on for ever, or says
nothing.
"""

from typing import Any

import numpy as np

from givesell.errors import ArgumentError

MOST_WEIGHT = 1e6  # of a post, or of all posts of a file
LEAST_C, MOST_C = 1e-9, 1e6
RANGES = {
    "C": (LEAST_C, MOST_C),
    "strength": (0.0, 1e6),
    "borderline_weight": (0.0, MOST_WEIGHT),
    "weight": (0.0, MOST_WEIGHT),
    "prior": (1e-6, 1 - 1e-6),
    "precision": (0.0, 1.0),
}


def check_ranges(**given: Any) -> None:
    """Refuse numbers outside their ranges.

    Parameters
    ----------
    **given : float
        By the names of `RANGES`.

    Raises
    ------
    ArgumentError
        E206.

    Examples
    --------
    >>> check_ranges(C=10, prior=0.3)
    >>> check_ranges(C=1e300)
    Traceback (most recent call last):
        ...
    givesell.errors.ArgumentError: [E206] C must be a number from 1e-09 to 1e+06, not 1e+300.
    """
    for name, value in given.items():
        low, high = RANGES[name]
        number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(
            value, bool
        )
        if not (number and low <= value <= high):
            raise ArgumentError(
                "E206",
                argument=name,
                expected=f"a number from {low:g} to {high:g}",
                given=repr(value),
            )
