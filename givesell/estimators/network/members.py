"""Several networks folded into one that gives the mean of their log-odds, so that scoring runs a
single network.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag

from givesell.core.convolution import WINDOW
from givesell.estimators.network.learning import Weights


def folded(members: list[Weights]) -> Weights:
    """Return the weights of one network whose log-odds are the mean of those of its members.

    Parameters
    ----------
    members : list of dict of str to ndarray
        Of networks over the same tokens, as `givesell.estimators.network.learning.forward` takes
        them.

    Returns
    -------
    dict of str to ndarray
        Vectors, channels and hidden cells of all members side by side.

    Examples
    --------
    >>> from givesell.estimators.network.classifier import NetworkClassifier
    >>> tokens = np.arange(5, dtype=np.uint64)
    >>> small = NetworkClassifier(size=4, channels=6, hidden=3)
    >>> two = folded([small._start(tokens, np.random.default_rng(seed)) for seed in (0, 1)])
    >>> two["vectors"].shape, two["windows"].shape, two["hidden"].shape
    ((6, 8), (24, 12), (24, 6))
    """
    if len(members) == 1:
        return members[0]
    share = np.float32(1 / len(members))

    def beside(name: str) -> NDArray[np.float32]:
        return np.concatenate([member[name] for member in members], axis=-1)

    def parts(name: str, count: int) -> list[list[NDArray[np.float32]]]:
        """Return each member's weights cut into parts: of a window its three tokens, of what is
        pooled sums and maxima.
        """
        return list(zip(*(np.split(member[name], count) for member in members), strict=True))  # type: ignore[arg-type]

    weights: dict[str, Any] = {
        name: beside(name) for name in ("vectors", "marks", "window_bias", "hidden_bias")
    }
    weights["windows"] = np.concatenate([block_diag(*part) for part in parts("windows", WINDOW)])
    weights["hidden"] = np.concatenate([block_diag(*part) for part in parts("hidden", 2)])
    weights["skip"] = np.concatenate([np.concatenate(part) for part in parts("skip", 2)]) * share
    weights["out"] = beside("out") * share
    weights["intercept"] = np.mean([member["intercept"] for member in members], axis=0)
    return {name: np.ascontiguousarray(values, np.float32) for name, values in weights.items()}
