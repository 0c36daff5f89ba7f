"""All shapes of scraped posts in one order, and which of them a table or a document is of."""

from collections.abc import Collection, Mapping, Sequence

from givesell.archives.shapes import shapes_meta, shapes_other, shapes_video, shapes_x
from givesell.archives.shapes.shape import Shape, fold

# Where two fit, the first is the narrower one.
SHAPES: tuple[Shape, ...] = (
    *shapes_x.SHAPES,
    *shapes_meta.SHAPES,
    *shapes_video.SHAPES,
    *shapes_other.SHAPES,
)
# Posts that stand only within a document are no rows of a table.
_OF_TABLES = tuple(
    (shape, tuple(map(fold, shape.need)), tuple(map(fold, shape.any)))
    for shape in SHAPES
    if ("",) in shape.where
)


def shape_of_table(names: Sequence[str]) -> Shape | None:
    """Return the shape of a table by the names of its columns.

    Parameters
    ----------
    names : sequence of str

    Returns
    -------
    Shape or None
        None for an ordinary table.

    Examples
    --------
    >>> (
    ...     shape_of_table(["id", "caption", "ownerUsername", "shortCode"]).name,
    ...     shape_of_table(["id", "text", "date"]),
    ... )
    ('apify-instagram', None)
    """
    known = frozenset(map(fold, names))
    for shape, need, further in _OF_TABLES:
        if known.issuperset(need) and (not further or not known.isdisjoint(further)):
            return shape
    return None


def column_of(paths: Sequence[str], folded: Mapping[str, str]) -> str | None:
    """Return the column that holds the value at the first of some paths that a table has.

    Parameters
    ----------
    paths : sequence of str
    folded : mapping of str to str
        The columns by their folded names.

    Returns
    -------
    str or None
    """
    return next((folded[name] for name in map(fold, paths) if name in folded), None)


def shape_of_document(paths: Collection[str]) -> tuple[Shape, tuple[str, ...]] | None:
    """Return the shape of a JSON document, and where its posts stand.

    Parameters
    ----------
    paths : collection of str
        Of the values in it; see `givesell.archives.parsing.json_structure.paths_of`.

    Returns
    -------
    shape : Shape
    where : tuple of str
        Paths of posts, empty for the document itself.

    Examples
    --------
    >>> shape, where = shape_of_document(
    ...     {"data.item.message", "data.item.id", "data.item.created_time"}
    ... )
    >>> shape.name, where
    ('facebook-api', ('data.item',))
    """
    for shape in SHAPES:
        for group in shape.where:
            for unit in ("", "item"):
                first, *_ = prefixes = tuple(".".join(filter(None, (unit, path))) for path in group)
                if shape.fits(paths, first and f"{first}."):
                    return shape, prefixes
    return None
