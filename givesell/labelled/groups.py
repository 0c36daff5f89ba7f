"""The groups that keep related posts together: their names, and as numbers."""

import numpy as np
from numpy.typing import NDArray


def group_keys(groups: NDArray[np.object_]) -> NDArray[np.int64]:
    """Number the groups; a post without one is a group by itself.

    Parameters
    ----------
    groups : ndarray of object, shape (n,)
        Names of groups; None where a post has none.

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> group_keys(np.array(["a", None, "a", None], object)).tolist()
    [0, 2, 0, 4]
    """
    names = {
        name: i
        for i, name in enumerate(dict.fromkeys(group for group in groups if group is not None))
    }
    return np.array(
        [len(names) + i if group is None else names[group] for i, group in enumerate(groups)],
        np.int64,
    )


def cut_at(names: NDArray[np.object_], mark: str) -> NDArray[np.object_]:
    """Return what stands before a mark in the names of groups: of accounts their source.

    Parameters
    ----------
    names : ndarray of object, shape (n,)
    mark : str

    Returns
    -------
    ndarray of object, shape (n,)
        A name without the mark, or that begins with it, as it is.

    Examples
    --------
    >>> cut_at(np.array(["shop#ana", "shop#ben", "forum", None], object), "#").tolist()
    ['shop', 'shop', 'forum', None]
    """
    cut = np.empty(len(names), object)
    cut[:] = [name.partition(mark)[0] or name if isinstance(name, str) else name for name in names]
    return cut
