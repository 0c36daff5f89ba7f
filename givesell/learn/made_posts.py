"""New posts made of old ones, for a teacher to judge: they separate what a source talks about from
how it sells.

A student that sees only real posts learns the words of their sources. Where words appear in posts
of sources that never use them, the teacher's judgement shows the effect of the words themselves.
"""

import re
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\s*\S+")
_JOINTS = (" ", "\n", ". ", " ")
# the share made of a piece of each of two posts; in the others strange words replace a few words
SPLICED = 0.2
SPLICE, SWAP = (4, 25), (6, 50)  # fewest and most words of a piece
MOST_SWAPPED = 0.4
FEWEST_GROUPS, LONGEST = 3, 24  # of a strange word: groups that use it, and characters
_FLATTER = 0.25  # strange words are drawn in proportion to this power of their groups


def recombine(
    posts: NDArray[np.object_], groups: NDArray[Any], count: int, seed: int = 0
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Make posts out of pieces of others.

    Parameters
    ----------
    posts : ndarray of str, shape (n,)
    groups : ndarray, shape (n,)
        A group of m posts is drawn from in proportion to the square root of m.
    count : int
    seed : int

    Returns
    -------
    made : ndarray of str, shape (count,)
    parents : ndarray of int64, shape (count, 2)
        The positions of the posts that a made one has pieces of; twice the same where all are of
        one post.

    References
    ----------
    Jiao et al., "TinyBERT: Distilling BERT for Natural Language Understanding", EMNLP 2020, augment
    for distillation by replacing words.

    Examples
    --------
    >>> posts = np.array(
    ...     ["Thanks so much for all the help", "Buy one mug and get one more free"], dtype=object
    ... )
    >>> made, parents = recombine(posts, np.array(["a", "b"]), 100)
    >>> sorted(
    ...     {word for post in made for word in post.replace(".", "").split()}
    ...     - set(" ".join(posts).split())
    ... )
    []
    """
    words = [_WORD.findall(post) for post in posts]
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    strange, drawn_words = _strange(words, group)
    drawn_posts = np.cumsum(sizes[group] ** -0.5)
    # Uniform numbers alone: NumPy keeps their stream the same over its versions.
    random = np.random.default_rng(seed).random

    def draw(shares: NDArray[np.float64], shape: Any) -> Any:
        return np.minimum(
            np.searchsorted(shares, random(shape) * shares[-1], side="right"), len(shares) - 1
        )

    parents = draw(drawn_posts, (count, 2))
    made = np.empty(count, object)
    for k, (i, j) in enumerate(parents):
        if random() < SPLICED or not strange:
            joint = _JOINTS[int(random() * len(_JOINTS))]
            made[k] = (
                "".join(_piece(words[i], SPLICE, random)).strip()
                + joint
                + "".join(_piece(words[j], SPLICE, random)).strip()
            )
            continue
        parents[k, 1] = i
        piece = list(_piece(words[i], SWAP, random))
        places = np.flatnonzero(random(len(piece)) < random() * MOST_SWAPPED)
        for place, which in zip(places, draw(drawn_words, len(places)), strict=True):
            piece[place] = (
                piece[place][: len(piece[place]) - len(piece[place].lstrip())] + strange[which]
            )
        made[k] = "".join(piece).strip()
    return made, parents


def _strange(
    words: list[list[str]], group: NDArray[np.intp]
) -> tuple[list[str], NDArray[np.float64]]:
    """Return the words that enough groups use, and the running sum of what they are drawn in
    proportion to.
    """
    used = {
        (word.strip(), at) for post, at in zip(words, group.tolist(), strict=True) for word in post
    }
    users = Counter(word for word, _ in used)
    strange = sorted(
        word for word, count in users.items() if count >= FEWEST_GROUPS and len(word) <= LONGEST
    )
    return strange, np.cumsum([users[word] ** _FLATTER for word in strange])


def _piece(words: list[str], span: tuple[int, int], random: Any) -> list[str]:
    """Return consecutive words: from anywhere, or as often from the opening or end of a post."""
    size = min(len(words), span[0] + int(random() * (span[1] - span[0] + 1)))
    last, where = len(words) - size, random()
    start = 0 if where < 0.25 else last if where < 0.5 else int(random() * (last + 1))
    return words[start : start + size]
