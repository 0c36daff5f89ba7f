"""Zips that are documents, programs or books, told by the names of their members."""

import re
from collections.abc import Sequence

from givesell.archives.recognition.lookalike import Lookalike

_TEXT = "Save its text as .txt, a post a line, or its table as .csv"
_SHAPES = (
    (re.compile(r"word/document\d*\.xml"), Lookalike("a document of Word (.docx)", _TEXT)),
    (re.compile(r"ppt/presentation\.xml"), Lookalike("slides of PowerPoint (.pptx)", _TEXT)),
    (
        re.compile(r"xl/workbook\.(xml|bin)"),
        Lookalike("a workbook of Excel", "Save its sheet as .csv"),
    ),
    (re.compile(r"visio/document\.xml"), Lookalike("a drawing of Visio", _TEXT)),
    (re.compile(r"META-INF/container\.xml"), Lookalike("a book (.epub)", _TEXT)),
    (
        re.compile(r"Index/(Document|Presentation|Tables/\w+)\.iwa|index\.apxl|index\.xml\.gz"),
        Lookalike("a document of Pages, Numbers or Keynote", _TEXT),
    ),
    (
        re.compile(
            r"AndroidManifest\.xml|classes\.dex|META-INF/MANIFEST\.MF|Payload/[^/]+\.app/Info\.plist"
        ),
        Lookalike("a program", "Pass a file of posts"),
    ),
    (
        re.compile(r"[^/]+\.(dist|egg)-info/METADATA|EGG-INFO/PKG-INFO"),
        Lookalike("a package of Python", "Pass a file of posts"),
    ),
)
# Members of documents in the formats of OpenOffice, which the mimetype at their beginning tells
# apart.
_OPEN = {"content.xml", "META-INF/manifest.xml"}


def zip_shape_of(names: Sequence[str]) -> Lookalike | None:
    """Return what a zip is whose members are no files of posts, or None.

    Parameters
    ----------
    names : sequence of str

    Returns
    -------
    Lookalike or None

    Examples
    --------
    >>> zip_shape_of(["[Content_Types].xml", "word/document.xml"]).what, zip_shape_of(["posts.csv"])
    ('a document of Word (.docx)', None)
    """
    if set(names) >= _OPEN:
        return Lookalike("a document of LibreOffice or OpenOffice", _TEXT)
    return next((look for pattern, look in _SHAPES if any(map(pattern.fullmatch, names))), None)
