"""Counts what the scanner reads: a line with a JSON string in, the number of array reads out.

Run with ``NUMBA_DISABLE_JIT=1``, so that the functions are plain Python and an array can be swapped
for one that counts.
"""

import json
import sys
from typing import Any

from givesell.text.fold import code_points
from givesell.text.scan import buffers, rules, scan_post


class Counted:
    """An array that counts how often it is read."""

    reads = 0

    def __init__(self, array: Any) -> None:
        self.array = array

    def __getitem__(self, index: Any) -> Any:
        Counted.reads += 1
        return self.array[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        self.array[index] = value


def count(text: str) -> int:
    """Return how many values the scanner reads for a text: code points, entries and its own
    output.
    """
    Counted.reads = 0
    codes = code_points(text)
    scratch = buffers(len(codes))
    scan_post(Counted(codes), 0, len(codes), rules(), type(scratch)(*map(Counted, scratch)))
    return Counted.reads


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(f"{count(json.loads(line))}\n")
        sys.stdout.flush()
