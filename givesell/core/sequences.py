"""Tokens in their order, as the network reads a post: the one place that says what it sees."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.text.compiled import compiled, compiled_with_arrays
from givesell.text.posts import as_sequence, chunks
from givesell.text.scan import buffers, rules, scan_post, trimmed
from givesell.text.token_kinds import Kind, Mark

OPENING, CLOSING = 72, 40  # of a longer post only so many first and last tokens are read
EXTRA = 8  # the mark of what is no token of its own: a hashtag's words, a URL's host
MARKS = EXTRA + 1

_SPACE = int(Kind.SPACE)
assert max(Mark) * 2 <= EXTRA


@compiled
def write_sequence(tokens: Any, extras: Any, scratch: Any, hashes: Any, marks: Any) -> Any:
    """Write a scanned post as the network reads it.

    Parameters
    ----------
    tokens, extras : int
        What `givesell.text.scan.scan_post` returned.
    scratch : Buffers
        What it wrote.
    hashes : ndarray of uint64
        Takes the token hashes: of each token but white space, and after it those of its inner
        words.
    marks : ndarray of uint8
        Takes how each is written.

    Returns
    -------
    int
        How many were written.
    """
    count, extra = 0, 0
    first, last = trimmed(scratch.kinds, tokens)
    for i in range(first, last):
        if scratch.kinds[i] == _SPACE:
            continue
        hashes[count], marks[count] = scratch.hashes[i], scratch.marks[i]
        count += 1
        while extra < extras and scratch.owners[extra] <= i:
            hashes[count], marks[count] = scratch.extras[extra], EXTRA
            count += 1
            extra += 1
    if count > OPENING + CLOSING:
        for i in range(CLOSING):
            hashes[OPENING + i], marks[OPENING + i] = (
                hashes[count - CLOSING + i],
                marks[count - CLOSING + i],
            )
        count = OPENING + CLOSING
    return count


@compiled_with_arrays
def _sequences(codes: Any, offsets: Any, longest: Any, rules: Any) -> Any:
    scratch = buffers(longest)
    one, own = np.empty(2 * longest + 2, np.uint64), np.empty(2 * longest + 2, np.uint8)
    posts = len(offsets) - 1
    hashes, marks = (
        np.empty(posts * (OPENING + CLOSING), np.uint64),
        np.empty(posts * (OPENING + CLOSING), np.uint8),
    )
    ends = np.empty(posts, np.int64)
    total = 0
    for post in range(posts):
        tokens, extras = scan_post(codes, offsets[post], offsets[post + 1], rules, scratch)
        count = write_sequence(tokens, extras, scratch, one, own)
        hashes[total : total + count], marks[total : total + count] = one[:count], own[:count]
        total += count
        ends[post] = total
    return hashes[:total].copy(), marks[:total].copy(), ends


def sequences(
    posts: Sequence[Any],
) -> tuple[NDArray[np.uint64], NDArray[np.uint8], NDArray[np.int64]]:
    """Read posts as the network does.

    Parameters
    ----------
    posts : sequence or column of str, shape (n,)

    Returns
    -------
    hashes : ndarray of uint64, shape (n_tokens,)
        The tokens of all posts, one post after the other.
    marks : ndarray of uint8, shape (n_tokens,)
    offsets : ndarray of int64, shape (n + 1,)
        Where each post begins.

    Examples
    --------
    >>> hashes, marks, offsets = sequences(["Buy #NewMugs NOW", ""])
    >>> marks.tolist(), offsets.tolist()
    ([0, 0, 8, 8, 1], [0, 5, 5])
    """
    hashes, marks, ends = [np.empty(0, np.uint64)], [np.empty(0, np.uint8)], [np.zeros(1, np.int64)]
    total = 0
    for _, chunk in chunks(as_sequence(posts)):
        some, own, stops = _sequences(chunk.codes, chunk.offsets, chunk.longest, rules())
        hashes.append(some)
        marks.append(own)
        ends.append(stops + total)
        total += len(some)
    return np.concatenate(hashes), np.concatenate(marks), np.concatenate(ends)
