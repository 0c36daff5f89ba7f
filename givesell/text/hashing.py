"""The hash behind every token and n-gram: FNV-1a over folded code points, then a 64-bit finish.

References
----------
Fowler, Noll and Vo, FNV-1a; the finish is the one of Vigna's splitmix64.
"""

from typing import Any

import numpy as np

from givesell.text.compiled import compiled

SEED = np.uint64(0xCBF29CE484222325)
HOST_SEED = np.uint64(SEED + np.uint64(1))
TAG_SEED = np.uint64(SEED + np.uint64(2))
KIND_SEED = np.uint64(SEED + np.uint64(3))
SIGN_SEED = np.uint64(SEED + np.uint64(4))
_PRIME = np.uint64(0x100000001B3)
_PAIR = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)


@compiled
def step(state: Any, value: Any) -> Any:
    """Take one more value into a running hash."""
    return (state ^ np.uint64(value)) * _PRIME


@compiled
def finish(state: Any) -> Any:
    """Spread a running hash over all 64 bits."""
    state = (state ^ (state >> np.uint64(30))) * _MIX_A
    state = (state ^ (state >> np.uint64(27))) * _MIX_B
    return state ^ (state >> np.uint64(31))


@compiled
def join(left: Any, right: Any) -> Any:
    """Hash an ordered pair of finished hashes: an n-gram from a shorter one and a token."""
    return left * _PAIR + right


@compiled
def kind_hash(kind: Any) -> Any:
    """Return the hash that all tokens of a kind share."""
    return finish(step(KIND_SEED, kind))


def hash_text(text: str, seed: int = 0) -> int:
    """Hash an already folded text as the scanner hashes a word.

    Examples
    --------
    >>> hash_text("sale") == hash_text("sale"), hash_text("sale") == hash_text("sales")
    (True, False)
    """
    state = (int(SEED) + seed) & 0xFFFFFFFFFFFFFFFF
    for char in text:
        state = ((state ^ ord(char)) * int(_PRIME)) & 0xFFFFFFFFFFFFFFFF
    state = ((state ^ (state >> 30)) * int(_MIX_A)) & 0xFFFFFFFFFFFFFFFF
    state = ((state ^ (state >> 27)) * int(_MIX_B)) & 0xFFFFFFFFFFFFFFFF
    return state ^ (state >> 31)
