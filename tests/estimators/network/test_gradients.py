"""Tests of `givesell.estimators.network.gradients`: what it is given is checked before it is read;
`test_learning` holds its numbers against differences.
"""

import numpy as np
import pytest

from givesell.estimators.network.gradients import adam, gather, pool, scatter, unpool

SIZE, CHANNELS, ROWS, MARKS = 4, 6, 5, 3
IDS, TOKEN_MARKS = np.array([0, 4, 2, 2, 1]), np.array([0, 1, 2, 0, 0], np.uint8)
OFFSETS = np.array([0, 2, 2, 5])


def zeros(*shape):
    """Return zeros of single precision."""
    return np.zeros(shape, np.float32)


def arguments():
    """Return arguments of each function that fit together."""
    posts, tokens = len(OFFSETS) - 1, len(IDS)
    peaks = np.full((posts, CHANNELS), -1, np.int32)
    batch = {"ids": IDS, "marks": TOKEN_MARKS, "offsets": OFFSETS}
    return {
        gather: {
            "vectors": zeros(ROWS, SIZE),
            "mark_vectors": zeros(MARKS, SIZE),
            **batch,
            "inputs": zeros(tokens, 3 * SIZE),
        },
        scatter: {
            "to_inputs": zeros(tokens, 3 * SIZE),
            "rows": IDS,
            "marks": TOKEN_MARKS,
            "offsets": OFFSETS,
            "vectors": zeros(ROWS, SIZE),
            "mark_vectors": zeros(MARKS, SIZE),
        },
        pool: {
            "windows": zeros(tokens, CHANNELS),
            "bias": zeros(CHANNELS),
            "offsets": OFFSETS,
            "shrinks": zeros(posts),
            "pooled": zeros(posts, 2 * CHANNELS),
            "peaks": peaks,
        },
        unpool: {
            "windows": zeros(tokens, CHANNELS),
            "offsets": OFFSETS,
            "shrinks": zeros(posts),
            "to_pooled": zeros(posts, 2 * CHANNELS),
            "peaks": peaks,
        },
        adam: {
            "values": zeros(ROWS, SIZE),
            "means": zeros(ROWS, SIZE),
            "squares": zeros(ROWS, SIZE),
            "slopes": zeros(3, SIZE),
            "rows": np.array([0, 2, 4]),
            **dict.fromkeys(("rate", "correct", "shrink", "first", "second"), 0.5),
        },
    }


ARRAYS = [
    (function, name)
    for function, given in arguments().items()
    for name, value in given.items()
    if isinstance(value, np.ndarray)
]


@pytest.mark.parametrize(("function", "name"), ARRAYS)
def test_arrays_of_other_sizes_are_refused(function, name):
    """An array that is too short or too narrow for the others is refused, whichever it is."""
    given = arguments()[function]
    function(**given)
    cuts = [np.ascontiguousarray(given[name][..., :-1]), given[name][:-1], given[name][:0]]
    for cut in cuts:
        with pytest.raises(ValueError, match="do not fit together"):
            function(**{**given, name: cut})


@pytest.mark.parametrize(
    ("function", "name", "value"),
    [
        (gather, "ids", ROWS),
        (gather, "ids", -1),
        (gather, "marks", MARKS),
        (scatter, "rows", ROWS),
        (scatter, "rows", -1),
        (scatter, "marks", MARKS),
        (adam, "rows", ROWS),
        (adam, "rows", -1),
        (unpool, "peaks", len(IDS)),
    ],
)
def test_rows_that_are_not_there_are_refused(function, name, value):
    """A row, mark or maximum outside the arrays is refused."""
    given = arguments()[function]
    changed = given[name].copy()
    changed.flat[1] = value
    with pytest.raises(ValueError, match="do not fit together"):
        function(**{**given, name: changed})


@pytest.mark.parametrize("offsets", [[0, 2, 1, 5], [0, 2, 6, 5], [1, 2, 2, 5], [0, 2, 2, 6]])
@pytest.mark.parametrize("function", [gather, scatter, pool, unpool])
def test_posts_outside_the_tokens_are_refused(function, offsets):
    """Posts that overlap, or reach beyond the tokens, are refused."""
    given = arguments()[function]
    with pytest.raises(ValueError, match="do not fit together"):
        function(**{**given, "offsets": np.array(offsets)})


def test_single_and_double_precision_are_not_mixed():
    """Arrays of both precisions in one call are refused rather than read as the wrong one."""
    given = arguments()[gather]
    with pytest.raises(ValueError, match="Buffer dtype mismatch"):
        gather(**{**given, "vectors": given["vectors"].astype(np.float64)})
