"""Zips that are documents, programs or books, told by the names of their members."""

import re
from collections.abc import Sequence

from givesell.archives.recognition.look import Look

_TEXT = "Save its text as .txt, a post a line, or its table as .csv"
_SHAPES = (
    (re.compile(r"word/document\d*\.xml"), Look("a document of Word (.docx)", _TEXT)),
    (re.compile(r"ppt/presentation\.xml"), Look("slides of PowerPoint (.pptx)", _TEXT)),
    (re.compile(r"xl/workbook\.(xml|bin)"), Look("a workbook of Excel", "Save its sheet as .csv")),
    (re.compile(r"visio/document\.xml"), Look("a drawing of Visio", _TEXT)),
    (re.compile(r"META-INF/container\.xml"), Look("a book (.epub)", _TEXT)),
    (
        re.compile(r"Index/(Document|Presentation|Tables/\w+)\.iwa|index\.apxl|index\.xml\.gz"),
        Look("a document of Pages, Numbers or Keynote", _TEXT),
    ),
    (
        re.compile(
            r"AndroidManifest\.xml|classes\.dex|META-INF/MANIFEST\.MF|Payload/[^/]+\.app/Info\.plist"
        ),
        Look("a program", "Pass a file of posts"),
    ),
    (
        re.compile(r"[^/]+\.(dist|egg)-info/METADATA|EGG-INFO/PKG-INFO"),
        Look("a package of Python", "Pass a file of posts"),
    ),
)
# Members of documents in the formats of OpenOffice, which the mimetype at their beginning tells
# apart.
_OPEN = {"content.xml", "META-INF/manifest.xml"}


def zip_shape_of(names: Sequence[str]) -> Look | None:
    """Return what a zip is whose members are no files of posts, or None.

    Parameters
    ----------
    names : sequence of str

    Returns
    -------
    Look or None

    Examples
    --------
    >>> zip_shape_of(["[Content_Types].xml", "word/document.xml"]).what, zip_shape_of(["posts.csv"])
    ('a document of Word (.docx)', None)
    """
    if set(names) >= _OPEN:
        return Look("a document of LibreOffice or OpenOffice", _TEXT)
    return next((look for pattern, look in _SHAPES if any(map(pattern.fullmatch, names))), None)
