"""Cython sources as far as the guards of the house read them: what they import, and how long and
how branched their functions are.

Python's own tokenizer reads them, so that nothing has to be compiled for it; what it cannot read is
an error.
"""

import io
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_IGNORED = (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER)
_NO_FUNCTIONS = {"class", "struct", "union", "enum", "fused", "extern"}
_BRANCHES = {"if", "elif", "for", "while", "except"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A line, or several that belong together: its tokens, and how deep it is indented."""

    tokens: tuple[tokenize.TokenInfo, ...]
    depth: int

    @property
    def words(self) -> list[str]:
        """The texts of the tokens."""
        return [token.string for token in self.tokens]

    @property
    def first(self) -> int:
        """The number of its first line."""
        return self.tokens[0].start[0]

    @property
    def last(self) -> int:
        """The number of its last line."""
        return self.tokens[-1].end[0]


@dataclass(frozen=True, slots=True)
class Function:
    """A function with a body: the lines of it, the docstring apart, and McCabe's complexity."""

    name: str
    line: int
    lines: int
    complexity: int


def statements(source: str) -> list[Statement]:
    """Return the statements of a source; a block's head is one, what is in the block are others.

    Parameters
    ----------
    source : str

    Returns
    -------
    list of Statement
    """
    found: list[Statement] = []
    tokens: list[tokenize.TokenInfo] = []
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.INDENT:
            depth += 1
        elif token.type == tokenize.DEDENT:
            depth -= 1
        elif token.type == tokenize.NEWLINE:
            found.append(Statement(tuple(tokens), depth))
            tokens = []
        elif token.type not in _IGNORED:
            tokens.append(token)
    return found


def functions(source: str) -> Iterator[Function]:
    """Yield the functions of a source, those inside others too.

    Parameters
    ----------
    source : str

    Yields
    ------
    Function
    """
    whole = statements(source)
    for at, head in enumerate(whole):
        colon = _end_of_head(head)
        if colon is None:
            continue
        body = []
        if colon + 1 < len(head.tokens):
            body.append(Statement(head.tokens[colon + 1 :], head.depth + 1))
        for statement in whole[at + 1 :]:
            if statement.depth <= head.depth:
                break
            body.append(statement)
        if [token.type for token in body[0].tokens] == [tokenize.STRING]:
            del body[0]
        lines = body[-1].last - body[0].first + 1 if body else 0
        complexity = 1 + sum(statement.words[0] in _BRANCHES for statement in body)
        words = head.words
        yield Function(words[words.index("(") - 1], head.first, lines, complexity)


def _end_of_head(statement: Statement) -> int | None:
    """Return where the colon is that ends the head of a function, None where it is no function."""
    words = statement.words
    if words[:2] == ["cdef", ":"]:
        raise ValueError(f"line {statement.first}: a block of declarations is not read")
    if words[0] not in ("def", "cdef", "cpdef", "async") or "(" not in words:
        return None
    before = words[: words.index("(")]
    if "=" in before or ":" in before or _NO_FUNCTIONS & set(before):
        return None
    opened = 0
    for at, word in enumerate(words):
        opened += (word in "([{") - (word in ")]}")
        if word == ":" and not opened:
            return at
    return None  # a declaration


def as_python(source: str) -> str:
    """Return what a source imports, which attributes of names it takes and which strings it has, as
    Python; a ``cimport`` is an import.

    Parameters
    ----------
    source : str

    Returns
    -------
    str
    """
    lines = []
    for statement in statements(source):
        words = statement.words
        if words[0] == "include":
            raise ValueError(f"line {statement.first}: an included file is not read")
        if words[0] in ("import", "cimport", "from"):
            lines.append(" ".join("import" if word == "cimport" else word for word in words))
            continue
        for at, token in enumerate(statement.tokens):
            if token.type == tokenize.STRING:
                lines.append(token.string)
            elif token.string == "." and 0 < at < len(words) - 1:
                owner, name = words[at - 1], words[at + 1]
                if owner.isidentifier() and words[max(at - 2, 0)] != ".":
                    lines.append(f"{owner}.{name}")
    return "\n".join(lines) + "\n"


def constants(source: str, taken: Mapping[str, int] | None = None) -> dict[str, dict[str, int]]:
    """Return the constants of a source's enums, by the names of the enums, "" for those without.

    Parameters
    ----------
    source : str
    taken : mapping of str to int, optional
        Constants that it takes from other modules.

    Returns
    -------
    dict of str to dict of str to int
        A value may be computed from constants before it; one that is not written follows the last.
    """
    found: dict[str, dict[str, int]] = {}
    known = dict(taken or {})
    name, depth, last = None, 0, -1
    for statement in statements(source):
        words = statement.words
        if name is None or statement.depth <= depth:
            is_enum = words[0] in ("cdef", "cpdef") and words[1] == "enum" and words[-1] == ":"
            name, depth, last = ("".join(words[2:-1]) if is_enum else None), statement.depth, -1
            continue
        if words[1:2] == ["="]:
            last = int(eval(" ".join(words[2:]), {"__builtins__": {}}, dict(known)))
        elif len(words) == 1:
            last += 1
        else:
            raise ValueError(f"line {statement.first}: a constant that is not read")
        known[words[0]] = found.setdefault(name, {})[words[0]] = last
    return found
