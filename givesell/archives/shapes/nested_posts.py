"""The parts of a post out of a nested object whose shape is known."""

from typing import Any

from givesell.archives.base.values import short, words
from givesell.archives.shapes.shape import Shape, filled_in, first


def text_of(shape: Shape, item: dict[str, Any]) -> str:
    """Return the text of a post: its title and its body, with a blank line between.

    Parameters
    ----------
    shape : Shape
    item : dict

    Returns
    -------
    str

    Raises
    ------
    ValueError
        See `givesell.archives.base.values.words`.
    """
    if shape.words:
        return shape.words(item)
    parts = [words(first(item, (path,))) for path in shape.title] + [words(first(item, shape.text))]
    text = "\n\n".join(filter(None, parts))
    return shape.clean(text) if shape.clean else text


def link_of(shape: Shape, item: dict[str, Any]) -> str | None:
    """Return the address of a post: the one that it holds, else one made of its parts.

    Parameters
    ----------
    shape : Shape
    item : dict

    Returns
    -------
    str or None
    """
    given = short(first(item, shape.url))
    if given or not shape.link:
        return shape.site + given if given and given.startswith("/") else given
    return filled_in(shape.link, item) if isinstance(shape.link, str) else shape.link(item)
