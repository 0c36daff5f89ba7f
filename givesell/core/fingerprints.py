"""Fingerprints of posts: they let a model recognise the posts that it was trained on, without
storing their text.

A fingerprint is a hash of 8 bytes over the words of a post. No text can be recovered from it, but
whoever has a text can check whether a post with exactly these words was among the training posts.
Two different posts share one by chance in 1 of 10^19 pairs.
"""

import hashlib
import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

METHOD = "BLAKE2b of the case-folded words, 64 bits"
_LINK_OR_HANDLE = r"https?://\S+|www\.\S+|@[\w.\-]+"


def key_of(text: str) -> int:
    """Return a number that posts share whose words are the same, whatever their capitals, spaces,
    links and handles.

    Examples
    --------
    >>> key_of("Buy  NOW https://a.example/1") == key_of("buy now https://b.example/2")
    True
    """
    plain = (
        re.sub(_LINK_OR_HANDLE, " ", text)
        if "@" in text or "http" in text or "www." in text
        else text
    )
    words = " ".join(plain.casefold().split()) or text
    return int.from_bytes(
        hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
    )


def fingerprints_of(posts: Iterable[str]) -> NDArray[np.uint64]:
    """Return the fingerprints of posts, ascending, each once.

    Parameters
    ----------
    posts : iterable of str, shape (n,)

    Returns
    -------
    ndarray of uint64, shape (m,)

    Examples
    --------
    >>> len(fingerprints_of(["Thanks!", "THANKS!", "Buy now"]))
    2
    """
    return np.unique(np.fromiter(map(key_of, posts), np.uint64))


def among(posts: Iterable[object], fingerprints: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which posts have one of the given fingerprints; a value that is not text has none.

    Parameters
    ----------
    posts : iterable, shape (n,)
    fingerprints : ndarray of uint64, shape (m,)
        Ascending.

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> among(["thanks!", None, "Sold"], fingerprints_of(["Thanks!"])).tolist()
    [True, False, False]
    """
    listed = list(posts)
    is_text = np.fromiter((isinstance(post, str) for post in listed), bool, len(listed))
    keys = np.fromiter((key_of(post) for post in listed if isinstance(post, str)), np.uint64)
    matches = np.zeros(len(listed), bool)
    if len(fingerprints) and len(keys):
        at = np.searchsorted(fingerprints, keys).clip(max=len(fingerprints) - 1)
        matches[is_text] = fingerprints[at] == keys
    return matches
