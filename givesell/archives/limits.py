"""The limits of reading, in one place: what lies beyond one is rejected or refused in one sentence, never held, guessed or hung on."""

# A row, packed or not, is held whole while it is read; no platform lets a post be a thousandth of it.
MAX_LINE = 16 << 20
# A post, in characters: scoring takes about 80 bytes for each, in every thread. Platforms let a post have a tenth of it at most.
MAX_POST = 1 << 20
TOO_LONG = f"the post is longer than {MAX_POST:,} characters"
# A quoted field may span lines; beyond this a quote was not closed, and the lines after it would be swallowed.
MAX_RECORD_LINES = 1_000
MAX_RECORD_CHARS = 4 << 20
# Commas in one line of a table: each field costs ten times its bytes while the line is taken apart.
MAX_FIELDS = 1 << 20
# Every column costs time and memory a batch, whatever it holds. Spreadsheets end at as many.
MAX_COLUMNS = 16_384
# Keys of objects become columns that every row has, and are often few a row: a file that names its keys after its data would explode.
MAX_KEYS = 2_000
# Parsers and writers go down a level at a time on the stack, which ends; exports nest 20 deep.
MAX_DEPTH = 500
# Reading a number takes time as the square of its digits; Python refuses more than 4,300 by default.
MAX_DIGITS = 4_000
# Values in one object of JSON: each costs up to a hundred times its bytes.
MAX_VALUES = 100_000
# The keys on the way to a value of JSON, which are put together for each value below them.
MAX_PATH = 1_000
# A labelled file, which is held whole, as Arrow holds it; a packed one may unpack to anything.
MAX_TABLE = 2 << 30
