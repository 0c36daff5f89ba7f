"""The limits of reading, in one place: what lies beyond one is rejected or refused in one
sentence, never held, guessed or hung on.
"""

# A row, packed or not, is held whole while it is read; no platform lets a post be a thousandth of
# it.
MAX_LINE = 16 << 20
# A post, in characters: scoring takes about 80 bytes for each, in every thread. Platforms let a
# post have a tenth of it at most.
MAX_POST = 1 << 20
TOO_LONG = f"the post is longer than {MAX_POST:,} characters"
# A quoted field may span lines; beyond this a quote was not closed, and the lines after it would be
# swallowed.
MAX_RECORD_LINES = 1_000
MAX_RECORD_CHARS = 4 << 20
# Commas in one line of a table: each field costs ten times its bytes while the line is taken apart.
MAX_FIELDS = 1 << 20
# Every column costs time and memory a batch, whatever it holds. Spreadsheets end at as many.
MAX_COLUMNS = 16_384
# Keys of objects become columns that every row has, and are often few a row: a file that names its
# keys after its data would explode.
MAX_KEYS = 2_000
# Parsers and writers go down a level at a time on the stack, which ends; exports nest 20 deep.
MAX_DEPTH = 500
# Reading a number takes time as the square of its digits; Python refuses more than 4,300 by
# default.
MAX_DIGITS = 4_000
# Values in one object of JSON: each costs up to a hundred times its bytes.
MAX_VALUES = 100_000
# How far a JSON file is looked through for what it is, where its first 256 KiB do not say. What an
# account has seen comes before its posts and takes 20 MB.
HEAD_FURTHER = 128 << 20
# The keys on the way to a value of JSON, which are put together for each value below them.
MAX_PATH = 1_000
# A labelled file, which is held whole, as Arrow holds it; a packed one may unpack to anything.
MAX_TABLE = 2 << 30
# An id, a handle or an address. Longer ones are no such thing, and one of megabytes would be in
# every row.
MAX_SHORT = 4_096
# A text that gives a time; browsers write the zone out after it.
MAX_TIME = 96
# The file of an export that says whose it is; it is read whole.
MAX_ABOUT_BYTES = 4 << 20
# Up to here HTML is read as a browser does, which takes the square of how deep elements nest;
# beyond, tag by tag.
MAX_TREE = 16 << 10
# Ids that are remembered, eight bytes each, to leave out a post that comes twice.
MAX_IDS = 1 << 23
# Long posts of X that are held to be put in the place of the cut-off ones, and how many of one
# second.
MAX_NOTE_CHARS = 16 << 20
MAX_NOTES_A_SECOND = 16
# The handles of authors that a document of an API lists beside its posts, or a workspace beside its
# channels, held while they are read.
MAX_PEOPLE_CHARS = 64 << 20
# A block of a Bluesky repository. Servers take records of 1 MiB at most and blocks of 2 MiB.
MAX_BLOCK_BYTES = 4 << 20
# The name of a Bluesky record, at which the protocol ends: names say only how they differ from the
# one before, and could grow with each.
MAX_NAME_BYTES = 1_024
# Posts and reposts of one Bluesky repository: their names are held while they are read.
MAX_NAMES = 1_000_000
# What is packed may unpack to so many times its size once it has unpacked to so many bytes. Posts
# pack 3 to 20 times, and a stream that packs 1,000 times and more keeps a reader busy for hours.
BOMB_RATIO = 200
BOMB_BYTES = 256 << 20
# zstd and xz unpack with what they have unpacked before at hand. Windows up to so many bytes are
# read of any file.
WINDOW_LOG = 27
# The monthly Reddit dumps look back 2 GiB. Memory for it is used as far as it is filled, so that a
# file with such a window may unpack to so many times its size only: what costs 600 MB of memory is
# at least 12 MB large.
LONG_WINDOW_LOG = 31
LONG_WINDOW_RATIO = 50
XZ_MEMORY = 256 << 20
# The files that an archive or a folder lists, each of which costs memory, and the bytes of the list
# in a zip.
MOST_MEMBERS = 500_000
ZIP_LIST_BYTES = 32 << 20
# A header of a tar is 512 bytes; what extends it holds a name.
TAR_EXTENSION_BYTES = 1 << 20
# A table that claims more rows than its file has bits would keep a reader busy without end; small
# files may.
FREE_ROWS = 1_000_000
ROWS_A_BYTE = 8
# What a batch of Parquet may take while it is read. Values that are once in a file and often in a
# column are counted as often as they could be in a batch, which is made as small as it takes.
BATCH_MEMORY = 64 << 20
# A list in a row of Parquet may take so many times what its column is packed in; run lengths can
# claim far more.
LIST_RATIO = 1024
# Dictionaries of Arrow that grow a piece at a time are put together anew with each.
DELTA_BYTES = 4 << 30
# The list of columns and their pieces at the end of a Parquet file, which takes ten times that in
# memory, and a second a MiB.
FOOTER_BYTES = 16 << 20
# Steps of SQLite's machine for one reading of a query (a plain SELECT takes about one a byte), and
# those for a small database.
STEPS_A_BYTE = 50
FREE_STEPS = 300_000_000
# Rows whose values are too large may be left out so often; finding the place again takes time.
MAX_RESTARTS = 16
# What a row of SQLite may take, which its columns share; none of them needs less than this.
ROW_MEMORY = 64 << 20
LEAST_VALUE = 1 << 17
# What a workbook may unpack to: its sheet is held whole while it is read, which takes about one and
# a half times as much.
MAX_WORKBOOK = 256 << 20
# What the process that reads a workbook may take: a few bytes can claim a cell in the last row and
# column.
SHEET_MEMORY = 600 << 20
