"""Posts read by an encoder: ONNX Runtime runs its graph over posts of one length at a time.

The mean and the maximum over the pieces of a post, and the head on them, are computed post by post
in a fixed order: the values of a post are the same to the bit whatever posts are beside it, and
however many threads read.
"""

import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from givesell.core.encoder_arrays import Arrays, checked, pieces_of, size_of
from givesell.core.encoder_graph import PIECES, STATES, graph_of
from givesell.errors import ArgumentError, ArtifactError
from givesell.extras import require

AT_ONCE = 4096  # posts that are cut into pieces before the first is read
MOST_ROWS = 240  # pieces of posts that are read in one run; more do not stay in a core's cache
EPSILONS = (1e-12, 1e-2)

_lock = threading.Lock()  # held while a session is made


def _renew_lock() -> None:
    global _lock  # a fork may have happened while another thread held it
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_renew_lock) if hasattr(os, "register_at_fork") else None


class Encoder:
    """An encoder and its head: posts to values. Threads can share it.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        See `givesell.core.encoder_arrays`.
    epsilon : float
        What its norms add to a variance.

    Attributes
    ----------
    arrays : dict of str to ndarray
    epsilon : float
    pieces : Pieces
    size : Size

    Raises
    ------
    ArgumentError
        E206 if arrays do not fit together or hold numbers that cannot be used.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], epsilon: float) -> None:
        low, high = EPSILONS
        if not low <= epsilon <= high:  # false of NaN
            raise ArgumentError(
                "E206",
                argument="encoder epsilon",
                expected=f"from {low:g} to {high:g}",
                given=f"{epsilon:g}",
            )
        self.arrays: Arrays = checked(arrays)
        self.epsilon = float(epsilon)
        self.pieces = pieces_of(self.arrays)
        self.size = size_of(self.arrays)
        # In float64, and a row for each value, so that sums are over neighbours.
        self._head = np.ascontiguousarray(self.arrays["head"].T, np.float64)
        self._session: tuple[int, Any] | None = None

    def __reduce__(self) -> tuple[type[Self], tuple[Arrays, float]]:
        return type(self), (self.arrays, self.epsilon)

    def values(self, posts: Sequence[str], threads: int = 1) -> NDArray[np.float64]:
        """Return the head's values of posts: the log-odds of selling, then one for each facet.

        Parameters
        ----------
        posts : sequence of str
        threads : int, default 1

        Returns
        -------
        ndarray of float64, shape (n, 1 + n_facets)

        Raises
        ------
        MissingPackageError
            E701 if ONNX Runtime is not installed.
        """
        values = np.empty((len(posts), 1 + self.size.facets))
        for start in range(0, len(posts), AT_ONCE):
            pieces = [self.pieces.encode(post) for post in posts[start : start + AT_ONCE]]
            self._read(pieces, values[start : start + AT_ONCE], threads)
        return values

    def _read(self, pieces: list[list[int]], values: NDArray[np.float64], threads: int) -> None:
        session = self._started()

        def read(rows: NDArray[np.intp]) -> None:
            ids = np.array([pieces[row] for row in rows], np.int32)
            (states,) = session.run([STATES], {PIECES: ids})
            values[rows] = self._judged(states)

        batches = batches_of(np.array([len(each) for each in pieces]))
        if threads == 1 or len(batches) == 1:
            for rows in batches:
                read(rows)
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(threads, len(batches))) as pool:
            list(pool.map(read, batches))

    def _judged(self, states: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the head's values of the states of posts, (n, n_pieces, width)."""
        pooled = np.concatenate([states.mean(axis=1), states.max(axis=1)], axis=1, dtype=np.float64)
        # Not a matrix product, which adds up in an order that depends on how many posts there are.
        return np.asarray((pooled[:, None, :] * self._head).sum(axis=2) + self.arrays["head_bias"])

    def _started(self) -> Any:
        """Return the session, which the first use in a process makes: threads of a session do not
        survive a fork, nor would a lock that one of them held.
        """
        session = self._session
        if session is None or session[0] != os.getpid():
            with _lock:
                session = self._session
                if session is None or session[0] != os.getpid():
                    self._session = session = (os.getpid(), self._start())
        return session[1]

    def _start(self) -> Any:
        require("encoder", "An encoder")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # Posts are shared out among threads of our own.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The graph is made of what is fast; further fusions are slower.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        graph = graph_of(self.arrays, self.epsilon).SerializeToString()
        try:
            return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # its errors have no other base, and say what it cannot do
            raise ArtifactError(
                "E230", version=onnxruntime.__version__, reason=str(error)
            ) from error


def batches_of(lengths: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Return which posts are read in one run: of one length, and not too many pieces.

    Parameters
    ----------
    lengths : ndarray of int, shape (n,)
        How many pieces each post has.

    Returns
    -------
    list of ndarray of int
        Positions; the longest posts first.

    Examples
    --------
    >>> [rows.tolist() for rows in batches_of(np.array([3, 5, 3]))]
    [[1], [0, 2]]
    """
    order = np.argsort(-lengths, kind="stable")
    batches: list[NDArray[np.intp]] = []
    if not len(order):
        return batches
    for group in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1):
        most = max(1, MOST_ROWS // int(lengths[group[0]]))
        batches += [group[start : start + most] for start in range(0, len(group), most)]
    return batches
