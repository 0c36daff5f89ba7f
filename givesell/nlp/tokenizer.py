"""givesell's scanner in spaCy's tokenizer slot."""

from collections.abc import Callable, Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from givesell.show.words import encodable
from givesell.text.fold import plain
from givesell.text.scan import rule_tables
from givesell.text.scanner import scan_text

NAME = "givesell.Tokenizer.v1"


class Tokenizer:
    """Makes spaCy documents of the scanner's tokens, at the same offsets.

    ``doc.text`` is the text, with one exception: spaCy's strings are UTF-8, which has no unpaired
    surrogates, so each of them becomes U+FFFD. That moves no offset. `givesell.text.scan.scan`
    gives the kinds of the same tokens.

    Parameters
    ----------
    vocab : spacy.vocab.Vocab

    Notes
    -----
    spaCy's string store keeps every new word it meets, about three a post, and never forgets one.
    Over millions of posts, work inside ``with nlp.memory_zone():`` (spaCy 3.8 and newer) a few
    thousand posts at a time, or make the pipeline anew now and then. Scoring needs no documents and
    keeps nothing.

    Examples
    --------
    >>> import spacy
    >>> doc = Tokenizer(spacy.vocab.Vocab())("Mugs: £5-£10")
    >>> [(token.text, token.idx) for token in doc]
    [('Mugs', 0), (':', 4), ('£5', 6), ('-', 8), ('£10', 9)]
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Make a document of a text.

        Raises
        ------
        PostTypeError
            If it is no str.
        """
        text = plain(text)
        starts, ends, *_ = scan_text(rule_tables(), text)
        text = encodable(text)
        words = [text[start:end] for start, end in zip(starts, ends, strict=True)]
        spaces = [
            end < following for end, following in zip(ends, [*starts[1:], len(text)], strict=False)
        ]
        return Doc(self.vocab, words=words, spaces=spaces)

    def pipe(self, texts: Iterable[str], batch_size: int = 1000) -> Iterator[Doc]:  # noqa: ARG002
        """Make a document of each text.

        Parameters
        ----------
        texts : iterable of str
        batch_size : int
            Accepted as in spaCy's tokenizer; texts are scanned one by one.

        Yields
        ------
        spacy.tokens.Doc

        Examples
        --------
        >>> import spacy
        >>> [len(doc) for doc in Tokenizer(spacy.vocab.Vocab()).pipe(["one", "and two"])]
        [1, 2]
        """
        return map(self, texts)

    def to_bytes(self, **_: object) -> bytes:
        """Return the tokenizer's state: nothing, since its rules are code."""
        return b""

    def from_bytes(self, *_: object, **__: object) -> "Tokenizer":
        """Take nothing from saved bytes."""
        return self

    def to_disk(self, *_: object, **__: object) -> None:
        """Write nothing: the pipeline's config names the tokenizer."""

    def from_disk(self, *_: object, **__: object) -> "Tokenizer":
        """Read nothing."""
        return self


def create_tokenizer() -> Callable[[Language], Tokenizer]:
    """Return a function that makes the tokenizer for a pipeline; ``givesell.Tokenizer.v1`` in a
    spaCy config.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank(
    ...     "en", config={"nlp": {"tokenizer": {"@tokenizers": "givesell.Tokenizer.v1"}}}
    ... )
    >>> type(nlp.tokenizer).__name__
    'Tokenizer'
    """

    def make(nlp: Language) -> Tokenizer:
        return Tokenizer(nlp.vocab)

    return make


registry.tokenizers.register(NAME, func=create_tokenizer)
