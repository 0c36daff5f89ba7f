"""The tokens of a post in their order, as the network reads them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.text.compiled import compiled, compiled_with_arrays
from givesell.text.posts import as_sequence, chunks
from givesell.text.scan import buffers, rules, scan_post, trimmed
from givesell.text.token_kinds import Kind, Mark

OPENING, CLOSING = 72, 40  # of a longer post only its first and last tokens are read
EXTRA = 8  # the mark of parts of tokens: the words of a hashtag, the host of a URL
MARKS = EXTRA + 1

_SPACE = int(Kind.SPACE)
assert max(Mark) * 2 <= EXTRA


@compiled
def write_sequence(tokens: Any, extras: Any, scratch: Any, hashes: Any, marks: Any) -> Any:
    """Write the hashes and marks of a scanned post for the network.

    Parameters
    ----------
    tokens, extras : int
        What `givesell.text.scan.scan_post` returned.
    scratch : Buffers
        What it wrote.
    hashes : ndarray of uint64
        Filled with the hash of each token but white space, followed by those of the words inside
        it.
    marks : ndarray of uint8
        Filled with how each is written.

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
    post_hashes = np.empty(2 * longest + 2, np.uint64)
    post_marks = np.empty(2 * longest + 2, np.uint8)
    posts = len(offsets) - 1
    hashes, marks = (
        np.empty(posts * (OPENING + CLOSING), np.uint64),
        np.empty(posts * (OPENING + CLOSING), np.uint8),
    )
    ends = np.empty(posts, np.int64)
    total = 0
    for post in range(posts):
        tokens, extras = scan_post(codes, offsets[post], offsets[post + 1], rules, scratch)
        count = write_sequence(tokens, extras, scratch, post_hashes, post_marks)
        hashes[total : total + count] = post_hashes[:count]
        marks[total : total + count] = post_marks[:count]
        total += count
        ends[post] = total
    return hashes[:total].copy(), marks[:total].copy(), ends


def sequences(
    posts: Sequence[Any],
) -> tuple[NDArray[np.uint64], NDArray[np.uint8], NDArray[np.int64]]:
    """Return the tokens of posts as the network reads them.

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
        part_hashes, part_marks, part_ends = _sequences(
            chunk.codes, chunk.offsets, chunk.longest, rules()
        )
        hashes.append(part_hashes)
        marks.append(part_marks)
        ends.append(part_ends + total)
        total += len(part_hashes)
    return np.concatenate(hashes), np.concatenate(marks), np.concatenate(ends)
