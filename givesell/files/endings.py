"""The table of file endings and what each means.

A new format is a row of `ENDINGS`, a new compression a row of `COMPRESSIONS`.
"""

from dataclasses import dataclass
from pathlib import Path

from givesell.errors import FileError
from givesell.show.words import listed
from givesell.types import PathLike


@dataclass(frozen=True, slots=True)
class Ending:
    """What a file ending means.

    Attributes
    ----------
    reader : str or None
        The format that such a file is read as if its content does not decide, as
        `givesell.archives.FORMATS` names it; None for the files of exports.
    writes : str or None
        The format of a scored file with that ending; None where none is written.
    is_text : bool
        Whether it holds plain text, so that it may be written compressed.
    is_table : bool
        Whether the commands write their small tables so, such as the posts to label.
    is_alias : bool
        Whether another ending is the usual one of its format.
    """

    reader: str | None = None
    writes: str | None = None
    is_text: bool = False
    is_table: bool = False
    is_alias: bool = False


@dataclass(frozen=True, slots=True)
class Compression:
    """What an ending after the ending means.

    Attributes
    ----------
    codec : str
        As `givesell.archives.streams.compression.codec_of` names it.
    is_written : bool
        Whether scored files may be compressed so.
    is_table : bool
        Whether the small tables of commands are.
    """

    codec: str
    is_written: bool = False
    is_table: bool = False


ENDINGS: dict[str, Ending] = {
    ".csv": Ending("csv", "csv", is_text=True, is_table=True),
    ".tsv": Ending("tsv", "tsv", is_text=True, is_table=True),
    ".jsonl": Ending("jsonl", "jsonl", is_text=True, is_table=True),
    ".ndjson": Ending("jsonl", "jsonl", is_text=True, is_table=True, is_alias=True),
    ".parquet": Ending("parquet", "parquet", is_table=True),
    ".arrow": Ending("arrow", "arrow", is_table=True),
    ".feather": Ending("arrow", "arrow", is_table=True, is_alias=True),
    ".xlsx": Ending("excel", "xlsx"),
    ".json": Ending("json", is_text=True),
    ".txt": Ending("lines", is_text=True),
    ".sqlite": Ending("sqlite"),
    ".sqlite3": Ending("sqlite", is_alias=True),
    ".db": Ending("sqlite", is_alias=True),
    ".xlsm": Ending("excel", is_alias=True),
    ".xlsb": Ending("excel", is_alias=True),
    ".xls": Ending("excel", is_alias=True),
    ".ods": Ending("excel", is_alias=True),
    ".js": Ending(),  # a file of an export of X
    ".car": Ending(),  # a repository of Bluesky
    ".zip": Ending(),
    ".tar": Ending(),
    ".tgz": Ending(),
}
COMPRESSIONS: dict[str, Compression] = {
    ".gz": Compression("gzip", is_written=True, is_table=True),
    ".bz2": Compression("bzip2"),
    ".xz": Compression("xz"),
    ".zst": Compression("zstd", is_written=True),
}
# Models that are loaded by running code.
PICKLED = (".joblib", ".pkl", ".pickle", ".skops")

READ = frozenset((*ENDINGS, *COMPRESSIONS))  # what a folder of files is searched for
TEXT = tuple(ending for ending, meaning in ENDINGS.items() if meaning.is_text)


def endings_of(*readers: str) -> tuple[str, ...]:
    """Return the endings of files that are read as the given formats.

    Parameters
    ----------
    *readers : str
        See `Ending.reader`.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> endings_of("jsonl"), endings_of("csv", "tsv")
    (('.jsonl', '.ndjson'), ('.csv', '.tsv'))
    """
    return tuple(ending for ending, meaning in ENDINGS.items() if meaning.reader in readers)


def without_compression(name: str) -> str:
    """Return the name of a file without the endings of its compression.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> without_compression("posts.csv.gz")
    'posts.csv'
    """
    while Path(name).suffix.lower() in COMPRESSIONS:
        name = Path(name).stem
    return name


@dataclass(frozen=True, slots=True)
class Format:
    """The format of a file to write, as its name says.

    Attributes
    ----------
    kind : str
        ``"csv"``, ``"tsv"``, ``"jsonl"``, ``"parquet"``, ``"arrow"`` or ``"xlsx"``.
    codec : str or None
        ``"gzip"``, ``"zstd"`` or None.

    Notes
    -----
    ======================  ==================================================
    extension               format
    ======================  ==================================================
    ``.csv``                comma-separated, UTF-8, quoted as in RFC 4180
    ``.tsv``                the same with tabs
    ``.jsonl``, ``.ndjson`` one JSON object a line
    ``.parquet``            Parquet
    ``.arrow``, ``.feather`` Arrow IPC file
    ``.xlsx``               a spreadsheet, see `givesell.batch.workbook`
    ======================  ==================================================

    The text formats may be packed: ``.gz`` or ``.zst`` follows.
    """

    kind: str
    codec: str | None = None


def format_of(path: PathLike, *, is_table: bool = False) -> Format:
    """Return the format of a file to write, by its name.

    Parameters
    ----------
    path : str or path-like
    is_table : bool, default False
        Whether it is a small table that a command writes, rather than a scored file.

    Returns
    -------
    Format

    Raises
    ------
    FileError
        E404 for an unknown extension.

    Examples
    --------
    >>> format_of("posts.csv.gz")
    Format(kind='csv', codec='gzip')
    """
    suffixes = [suffix.lower() for suffix in Path(path).suffixes] or [""]
    packed = COMPRESSIONS.get(suffixes[-1])
    if packed is not None:
        suffixes.pop()
    ending = ENDINGS.get(suffixes[-1] if suffixes else "", Ending())
    fits = ending.is_table if is_table else ending.writes is not None
    if packed is not None:
        fits &= ending.is_text and (packed.is_table if is_table else packed.is_written)
    if not fits or ending.writes is None:
        raise FileError("E404", path=path, known=known_endings(is_table=is_table))
    return Format(ending.writes, packed.codec if packed else None)


def known_endings(*, is_table: bool = False, with_aliases: bool = True, last: str = "and") -> str:
    """Return the endings of files that are written, as a sentence names them.

    Parameters
    ----------
    is_table : bool, default False
        See `format_of`.
    with_aliases : bool, default True
    last : str, default "and"
        The word before the last.

    Returns
    -------
    str

    Examples
    --------
    >>> known_endings(is_table=True, with_aliases=False, last="or")
    '.csv, .tsv and .jsonl (each also with .gz), .parquet or .arrow'
    """
    written = {
        ending: meaning
        for ending, meaning in ENDINGS.items()
        if (meaning.is_table if is_table else meaning.writes)
        and (with_aliases or not meaning.is_alias)
    }
    codecs = [
        ending
        for ending, meaning in COMPRESSIONS.items()
        if (meaning.is_table if is_table else meaning.is_written)
    ]
    texts = [ending for ending, meaning in written.items() if meaning.is_text]
    also = f" (each also with {listed(codecs, 'or')})"
    others = [ending for ending in written if ending not in texts]
    return listed([listed(texts, "and") + also, *others], last)
