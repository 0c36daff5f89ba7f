"""The codebook: what the labels mean, and the rules for hard cases."""

from pathlib import Path

_NAME = "codebook.md"


def codebook() -> str:
    """Return the codebook as Markdown: the page ``docs/codebook.md``, which is also inside the
    installed package.

    Examples
    --------
    >>> "Who gains if the reader does what the post wants?" in codebook()
    True
    """
    here = Path(__file__).parent
    places = [here / _NAME, here.parent.parent / "docs" / _NAME]
    return next(place for place in places if place.exists()).read_text(encoding="utf-8")
