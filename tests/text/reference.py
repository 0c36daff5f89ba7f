"""The hashes of the text core in plain Python, written anew from their definition."""

SEED = 0xCBF29CE484222325
HOST_SEED, TAG_SEED, KIND_SEED = SEED + 1, SEED + 2, SEED + 3
_BITS = 2**64 - 1


def step(state: int, value: int) -> int:
    """Take one more value into a running hash: FNV-1a."""
    return ((state ^ value) * 0x100000001B3) & _BITS


def finish(state: int) -> int:
    """Spread a running hash over all 64 bits, as splitmix64 ends."""
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _BITS
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _BITS
    return state ^ (state >> 31)


def kind_hash(kind: int) -> int:
    """Return the hash that all tokens of a kind share."""
    return finish(step(KIND_SEED, kind))
