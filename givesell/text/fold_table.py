"""Builds the fold table from ``unicodedata``: ``python -m givesell.text.fold_table``.

The table is stored beside this file so that every Python version folds alike, whatever
Unicode version it knows.

Each code point has one 32-bit entry:

====== ==========================================================================
bits   meaning
====== ==========================================================================
0-20   the folded code point, or an index into the expansions when ``EXPANDS`` is set
21-25  its :class:`~givesell.text.char_classes.Char` class
26     ``EXPANDS``: folds to two to four code points
27     ``UPPER``: an upper-case letter
28     ``FOREIGN``: a letter of a script other than Latin, and no look-alike of a Latin one
====== ==========================================================================

Folding is compatibility decomposition (NFKD), case folding and the removal of combining marks,
so that a composed and a decomposed letter are one (Hangul syllables apart), then the replacement of
look-alikes by what they look like (so a Greek capital may fold to another letter than its small
one). An em dash stays one, so that it ends a host name where a hyphen does not. Code points that
Unicode has not assigned yet count as emoji where new emoji appear.

References
----------
Unicode Standard Annex #15 (normalization forms) and Technical Standard #39 (confusables).
"""

import unicodedata
from pathlib import Path

import numpy as np

from givesell.text.char_classes import Char
from givesell.text.stored import write_table

SHIFT = 21
VALUE = (1 << SHIFT) - 1
EXPANDS = 1 << 26
UPPER = 1 << 27
FOREIGN = 1 << 28
LONGEST = 4
PAGE = 256
PATH = Path(__file__).with_name("fold.npy")

# Letters that readers take for a Latin one (the usual suspects of TS #39): Cyrillic, Greek,
# Armenian, Cherokee, Latin small capitals and stroked letters.
_LOOKALIKES = {
    "a": "аАαΑɑᴀᎪ", "b": "вВΒʙᏴь", "c": "сСϲϹᴄⅽᏟ", "d": "ԁᴅⅾᎠđ", "e": "еЕΕᴇᎬє", "f": "ꜰƒϝ",
    "g": "ɡɢԌԍᏀց", "h": "һнНҺΗʜᎻհħ",
    "i": "іІιΙıɩɪ", "j": "јЈᴊᎫյϳ", "k": "кКκΚᴋᏦ", "l": "ӏʟⅼᏞł", "m": "мМΜᴍᎷⅿ", "n": "ոηɴΝ",
    "o": "оОοΟօᴏø",
    "p": "рРρΡᴘᏢ", "q": "ԛզԚ", "r": "ʀᏒг", "s": "ѕЅꜱᏚ", "t": "тТτΤᴛᎢŧ", "u": "υսᴜʋ", "v": "νѵᴠᏙ",
    "w": "ԝᴡᎳωԜ", "x": "хХχΧⅹ", "y": "уУγΥʏү", "z": "ᴢΖᏃ",
}  # fmt: skip
_PUNCTUATION = {
    "‘": "'", "’": "'", "‛": "'", "ʼ": "'", "ʻ": "'", "′": "'", "`": "'", "´": "'", "＇": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "―": "—", "−": "-",
    "™": "™", "℠": "℠", "⁄": "/", "∕": "/", "․": ".", "。": ".", "٪": "%", "﹪": "%", "∶": ":",
    "ǃ": "!",
}  # fmt: skip
_CLASSES = {
    "'": Char.APOSTROPHE, "%": Char.PERCENT, "@": Char.AT, "#": Char.HASH, "!": Char.BANG,
    "?": Char.BANG,
    ".": Char.DOT, "/": Char.SLASH, ":": Char.COLON, "-": Char.HYPHEN, "_": Char.UNDERSCORE,
    "+": Char.PLUS,
    "(": Char.OPEN, "[": Char.OPEN, "{": Char.OPEN, ")": Char.CLOSE, "]": Char.CLOSE,
    "}": Char.CLOSE,
    '"': Char.QUOTE, "<": Char.QUOTE, ">": Char.QUOTE,
}  # fmt: skip
_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Blanks that are no white space: fillers of Hangul, a pattern without dots, a note without a head.
_BLANKS = (0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, 0x1D159)
_INVISIBLE = (
    (0x2060, 0x206F),
    (0xFFF0, 0xFFFB),
    (0xE0000, 0xE0FFF),
)  # assigned or not, they do not show
_EMOJI_SIGNS = (0x2139, 0x3030, 0x303D, 0x3297, 0x3299)
_EMOJI_RANGES = (
    (0x2190, 0x21FF),
    (0x2300, 0x23FF),
    (0x25A0, 0x27BF),
    (0x2900, 0x297F),
    (0x2B00, 0x2BFF),
    (0x1F000, 0x1FBFF),
)
_NEW_EMOJI = range(0x1F000, 0x1FC00)
_SKINS = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)


def _lookalikes() -> dict[str, str]:
    table = dict(_PUNCTUATION)
    table.update({letter: latin for latin, letters in _LOOKALIKES.items() for letter in letters})
    for start in (0x1F130, 0x1F150, 0x1F170):  # squared and circled capitals
        table.update({chr(start + i): chr(ord("a") + i) for i in range(26)})
    return table


def fold_char(char: str, lookalikes: dict[str, str] | None = None) -> str:
    """Fold one character to what it is matched as; an empty string when it is dropped."""
    table = _lookalikes() if lookalikes is None else lookalikes
    if char in table:
        return table[char]
    base = "".join(table.get(c) or _bare(c.casefold()) for c in _bare(char))
    if "가" <= char <= "힣":
        base = char
    if unicodedata.category(char) == "No" and unicodedata.digit(char, None) is not None:
        base = str(unicodedata.digit(char))  # a digit in a circle, in brackets or with a full stop
    elif base.startswith("(") and base.endswith(")"):
        base = base[1:-1]  # a letter in brackets
    elif base.isspace() and unicodedata.category(char) != "Zs":
        base = unicodedata.normalize("NFD", char)[0]  # an accent without a letter
    return "".join(table.get(c, c) for c in base)[:LONGEST]


def _bare(text: str) -> str:
    """Decompose a text and drop its marks."""
    return "".join(
        c
        for c in unicodedata.normalize("NFKD", text)
        if unicodedata.category(c) not in ("Mn", "Me", "Cf")
    )


def _is_emoji(code: int, category: str) -> bool:
    in_range = any(low <= code <= high for low, high in _EMOJI_RANGES)
    return code in _EMOJI_SIGNS or (in_range and category in ("So", "Sm", "Sk", "Cn"))


def _class_of(char: str, folded: str) -> Char:
    code, category = ord(char), unicodedata.category(char)
    if char in _BREAKS:
        return Char.BREAK
    if code in _SKINS:
        return Char.SKIN
    if code in _REGIONAL:
        return Char.REGIONAL
    if char == "\t" or category == "Zs":
        return Char.SPACE
    if not folded or category in ("Cc", "Cf", "Mn", "Me") or code in _BLANKS:
        return Char.INVISIBLE
    if code in _EMOJI_SIGNS:
        return Char.EMOJI
    if category[0] == "L" and len(folded) > 1:
        return Char.LETTER
    if folded[0] in _CLASSES:
        kind = _CLASSES[folded[0]]
        return kind if len(folded) == 1 or kind == Char.BANG else Char.OTHER
    first = unicodedata.category(folded[0])
    if first == "Nd":
        return Char.DIGIT
    if first[0] == "L" or first in ("Mc", "Nl", "No"):
        return Char.LETTER
    if first == "Sc":
        return Char.CURRENCY
    return Char.EMOJI if _is_emoji(code, category) else Char.OTHER


def _is_foreign(folded: str) -> bool:
    letter = next((c for c in folded if c.isalpha()), folded[0])
    return not unicodedata.name(letter, "LATIN").startswith(
        ("LATIN", "MODIFIER", "FEMININE", "MASCULINE")
    )


def build() -> dict[str, np.ndarray]:
    """Build the table.

    Returns
    -------
    dict of ndarray
        ``pages`` (4352,) uint16, ``entries`` (pages * 256,) uint32, ``expansions`` (n, 5) uint32
        whose first column is a length.
    """
    lookalikes = _lookalikes()
    entries = np.zeros(0x110000, np.uint32)
    expansions: dict[str, int] = {}
    for code in range(0x110000):
        char = chr(code)
        category = unicodedata.category(char)
        if category == "Cn" and any(low <= code <= high for low, high in _INVISIBLE):
            entries[code] = int(Char.INVISIBLE) << SHIFT
            continue
        if (
            code == 0xFFFD
            or category in ("Cs", "Co")
            or (category == "Cn" and code not in _NEW_EMOJI)
        ):
            entries[code] = 0xFFFD
            continue
        folded = fold_char(char, lookalikes)
        kind = _class_of(char, folded)
        entry = int(kind) << SHIFT
        if kind == Char.INVISIBLE:
            folded = ""
        elif kind == Char.EMOJI:
            folded = char if code in _EMOJI_SIGNS else folded[0]
        if kind == Char.DIGIT and len(folded) == 1:
            folded = str(unicodedata.digit(folded))
        if kind == Char.LETTER:
            if char.isupper() or unicodedata.normalize("NFKC", char).isupper():
                entry |= UPPER
            if _is_foreign(folded):
                entry |= FOREIGN
        if len(folded) > 1:
            entry |= EXPANDS | expansions.setdefault(folded, len(expansions))
        else:
            entry |= ord(folded) if folded else 0
        entries[code] = entry
    pages, inverse = np.unique(entries.reshape(-1, PAGE), axis=0, return_inverse=True)
    first_use = np.unique(inverse, return_index=True)[1]  # the page of ASCII comes first
    rank = np.empty(len(pages), np.uint16)
    rank[np.argsort(first_use)] = np.arange(len(pages), dtype=np.uint16)
    table = np.zeros((len(expansions), LONGEST + 1), np.uint32)
    for text, index in expansions.items():
        table[index, 0] = len(text)
        table[index, 1 : len(text) + 1] = [ord(c) for c in text]
    return {
        "pages": rank[inverse.ravel()],
        "entries": pages[np.argsort(rank)].ravel(),
        "expansions": table,
    }


if __name__ == "__main__":
    write_table(PATH, {"unicode": np.array(unicodedata.unidata_version), **build()})
