"""The names of domains by which the scanner knows a host; `hosts.pxd` has the rules."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from givesell.text.wordset import hash_set

# Top-level domains that make a word with a dot a host, and those that do so only before a path,
# because people also leave out the space after a full stop ("thanks.it works").
SURE_DOMAINS = (
    "com net org io co uk ly app dev shop store de fr ca au eu info biz tv gg xyz online site edu"
    " gov club link page blog ai nl es br jp nz ie ch se dk pl ru cz news live life world art ink"
    " fm mx cc pro tech design agency bio fyi"
).split()
PATH_DOMAINS = (
    "it me to be in is so at us am my do no as gl sh st cr gd im lc la tt tl je re id pe hn vc ee"
    " ms pub".split()
)
SECOND_LEVELS = "co com org net ac gov edu ne or".split()

SURE, NEEDS_PATH, SECOND = 1, 2, 4


@cache
def domain_table() -> NDArray[np.uint64]:
    """Return the table of top-level domains."""
    return hash_set({SURE: SURE_DOMAINS, NEEDS_PATH: PATH_DOMAINS, SECOND: SECOND_LEVELS})
