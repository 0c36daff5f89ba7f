"""The tokens of a text, as `givesell.text.scanner` reads them; its table lists the kinds."""

from functools import cache
from typing import NamedTuple

from givesell.text.domains import domain_table
from givesell.text.fold import fold_table, plain
from givesell.text.scanner import RuleTables, scan_text
from givesell.text.token_kinds import Kind, Mark


@cache
def rule_tables() -> RuleTables:
    """Return the tables that the scanner reads, made once a process."""
    return RuleTables(fold_table(), domain_table())


class Token(NamedTuple):
    """One token of a post, with its offsets in the original text."""

    text: str
    start: int
    end: int
    kind: Kind
    mark: Mark


def scan(text: str) -> list[Token]:
    """Split a text into the tokens that training, scoring and spaCy all see.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Token
        ``start`` and ``end`` count code points of ``text``.

    Examples
    --------
    >>> [(token.text, token.kind.name) for token in scan("20% off #Mugs!!")]
    [('20%', 'PERCENT'), ('off', 'WORD'), ('#Mugs', 'HASHTAG'), ('!!', 'BANG')]
    """
    starts, ends, kinds, marks, *_ = scan_text(rule_tables(), text)
    text = plain(text)
    return [
        Token(text[start:end], start, end, Kind(kind), Mark(mark))
        for start, end, kind, mark in zip(starts, ends, kinds, marks, strict=True)
    ]
