"""Small changes to the bytes of a file, as damage and malice make them."""

import random

NUMBERS = (0, -1, 1, 2**31 - 1, -(2**31), 2**30, 2**40, 2**60, 2**63 - 1, -(2**63))


def mutated(data: bytes, seed: int) -> bytes:
    """Return a file with bits turned, numbers replaced, pieces cut out, doubled or cut off; the
    same seed gives the same.
    """
    draw = random.Random(seed)
    found = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 4))):
        kind, at = draw.randrange(5), draw.randrange(max(1, len(found) - 1))
        if kind == 0:
            found[at] ^= 1 << draw.randrange(8)
        elif kind == 1:
            width = draw.choice((4, 8))
            at -= at % width
            found[at : at + width] = (draw.choice(NUMBERS) % 2 ** (8 * width)).to_bytes(
                width, "little"
            )
        elif kind == 2:
            del found[at + 1 : at + draw.randrange(2, 40)]
        elif kind == 3:
            other = draw.randrange(len(found))
            found[at : at + 30] = found[other : other + 30]
        else:
            del found[max(1, at) :]
    return bytes(found)
