"""Verdicts on spaCy documents, stored so that JSON, bytes, DocBin and merged documents keep them.

spaCy writes what an extension holds as JSON or msgpack, and merges documents by shifting what is
kept of their spans. So a verdict is kept as a plain dict under a span's key, of the whole post, and
read as `DocVerdict`.
"""

from functools import partial
from typing import Any

from spacy.tokens import Doc, Span

from givesell.errors import ArgumentError
from givesell.verdict import Verdict

_POST = "_post"
_NAN = float("nan")


class DocVerdict(dict[str, Any]):
    """The verdict on a document or span: a dict that JSON can hold, with the attributes of a
    `givesell.Verdict`, to which it is equal.

    Examples
    --------
    >>> verdict = DocVerdict(Verdict("selling", 0.97, True, facet="offer").to_dict())
    >>> verdict.label, verdict["label"], verdict == Verdict("selling", 0.97, True, facet="offer")
    ('selling', 'selling', True)
    """

    @property
    def verdict(self) -> Verdict:
        """The same as a `givesell.Verdict`."""
        return Verdict(self.label, self.selling, self.sure, self.status, self.facet, self.read_by)

    @property
    def label(self) -> str | None:
        """See `givesell.Verdict`."""
        return self.get("label")

    @property
    def selling(self) -> float:
        """See `givesell.Verdict`: NaN where the dict, for JSON, has None."""
        selling: float | None = self.get("selling")
        return _NAN if selling is None else selling

    @property
    def sure(self) -> bool:
        """See `givesell.Verdict`."""
        return bool(self.get("sure"))

    @property
    def status(self) -> str:
        """See `givesell.Verdict`."""
        return str(self.get("status", "ok"))

    @property
    def facet(self) -> str | None:
        """See `givesell.Verdict`."""
        return self.get("facet")

    @property
    def read_by(self) -> str | None:
        """See `givesell.Verdict`."""
        return self.get("read_by")

    def to_dict(self) -> dict[str, Any]:
        """Return a plain dict; see `givesell.Verdict.to_dict`."""
        return dict(self)

    def to_json(self) -> str:
        """Return one line of JSON; see `givesell.Verdict.to_json`."""
        return self.verdict.to_json()

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other.to_dict() if isinstance(other, Verdict) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def __repr__(self) -> str:
        return repr(self.verdict)


def keep(doc: Doc, extension: str, verdict: Any, length: int | None = None) -> None:
    """Put a verdict on a document.

    Parameters
    ----------
    doc : spacy.tokens.Doc
    extension : str
    verdict : Verdict or dict
    length : int, optional
        Characters of the document, where they are known.
    """
    values = verdict.to_dict() if isinstance(verdict, Verdict) else dict(verdict)
    data: Any = doc.user_data
    data["._.", extension + _POST, 0, len(doc.text) if length is None else length] = values


def register(extension: str) -> None:
    """Give documents and spans their verdict as ``._.<extension>``, and documents their posts as
    ``._.<extension>_posts``.

    Raises
    ------
    ArgumentError
        E602 if an extension of such a name is another's.
    """
    reads_doc, reads_span, lists = (
        partial(_of_doc, extension=extension),
        partial(_of_span, extension=extension),
        partial(_posts, extension),
    )
    wanted: list[tuple[Any, str, Any, Any]] = [
        (Doc, extension, reads_doc, partial(_set, extension=extension)),
        (Doc, f"{extension}_posts", lists, None),
        (Span, extension, reads_span, None),
    ]
    for kind, name, getter, _ in wanted:
        if kind.has_extension(name):
            current = kind.get_extension(name)[2]
            if not (isinstance(current, partial) and current.func is getter.func):
                raise ArgumentError("E602", kind=kind.__name__, name=name)
    for kind, name, getter, setter in wanted:
        if not kind.has_extension(name):
            kind.set_extension(
                name, getter=getter, **({} if setter is None else {"setter": setter})
            )


def _of_doc(doc: Doc, extension: str) -> DocVerdict | None:
    return _at(doc, extension, 0, len(doc.text))


def _of_span(span: Span, extension: str) -> DocVerdict | None:
    return _at(span.doc, extension, span.start_char, span.end_char)


def _at(doc: Doc, extension: str, start: int, end: int) -> DocVerdict | None:
    data: Any = doc.user_data
    values = data.get(("._.", extension + _POST, start, end))
    return None if values is None else DocVerdict(values)


def _set(doc: Doc, verdict: Any, extension: str) -> None:
    """Take what `spacy.tokens.Doc.from_json` read, or what a caller sets."""
    if verdict is not None:
        keep(doc, extension, verdict)


def _posts(extension: str, doc: Doc) -> list[Span]:
    """Return the posts that a document was merged of, in their order."""
    keys: Any = doc.user_data
    places = sorted(
        key[2:] for key in keys if isinstance(key, tuple) and key[:2] == ("._.", extension + _POST)
    )
    spans = [doc.char_span(start, end, alignment_mode="expand") for start, end in places]
    return [span for span in spans if span is not None]
