"""The version of the text core: what a model's weights are tied to.

A model learns weights for the features that this package makes of posts. Where a change of the
code makes other tokens, hashes or features of the same post, the weights no longer mean what they
meant: raise `TEXT_CORE`, say in `CHANGES` what changed, and train the models again.
``tests/text/test_version.py`` fails where that was forgotten.
"""

from typing import NamedTuple

TEXT_CORE = 1


class Change(NamedTuple):
    """A version of the text core.

    ``givesell`` is the first version of the library that has it, ``what`` what became different, as
    a part of a sentence.
    """

    givesell: str
    what: str


CHANGES = {1: Change("0.1.0", "the first version")}


def changes_since(version: int) -> str:
    """Return what became different after a version of the text core, as a part of a sentence.

    Parameters
    ----------
    version : int

    Returns
    -------
    str
        Empty for the version of today.

    Examples
    --------
    >>> changes_since(TEXT_CORE)
    ''
    """
    return "; ".join(change.what for number, change in CHANGES.items() if number > version)
