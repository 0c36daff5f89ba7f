"""The limits of reading, each with its reason."""

# What is packed may unpack to so many times its size once it has unpacked to so many bytes. Posts pack 3 to 20 times, and
# a stream that packs 1,000 times and more keeps a reader busy for hours.
BOMB_RATIO = 200
BOMB_BYTES = 256 << 20
# zstd and xz unpack with what they have unpacked before at hand. Windows up to so many bytes are read of any file.
WINDOW_LOG = 27
# The monthly Reddit dumps look back 2 GiB. Memory for it is used as far as it is filled, so that a file with such a window
# may unpack to so many times its size only: what costs 600 MB of memory is at least 12 MB large.
LONG_WINDOW_LOG = 31
LONG_WINDOW_RATIO = 50
XZ_MEMORY = 256 << 20
# The files that an archive or a folder lists, each of which costs memory, and the bytes of the list in a zip.
MOST_MEMBERS = 500_000
ZIP_LIST_BYTES = 32 << 20
# A header of a tar is 512 bytes; what extends it holds a name.
TAR_EXTENSION_BYTES = 1 << 20
# Text of one row, whatever the format: as long as a line may be.
MAX_ROW_BYTES = 16 << 20
# A table that claims more rows than its file has bits would keep a reader busy without end; small files may.
FREE_ROWS = 1_000_000
ROWS_A_BYTE = 8
# What a batch of Parquet may take while it is read. Values that stand once in a file and often in a column are counted as
# often as they could be in a batch, which is made as small as it takes.
BATCH_MEMORY = 64 << 20
# A list in a row of Parquet may take so many times what its column is packed in; run lengths can claim far more.
LIST_RATIO = 1024
# Dictionaries of Arrow that grow a piece at a time are put together anew with each.
DELTA_BYTES = 4 << 30
# The list of columns and their pieces at the end of a Parquet file, which takes ten times that in memory, and a second a MiB.
FOOTER_BYTES = 16 << 20
# Every column costs time and memory a batch, whatever it holds. Spreadsheets end at as many.
MAX_COLUMNS = 16_384
# Steps of SQLite's machine for one reading of a query (a plain SELECT takes about one a byte), and those for a small database.
STEPS_A_BYTE = 50
FREE_STEPS = 300_000_000
# Rows whose values are too large may be left out so often; finding the place again takes time.
MAX_RESTARTS = 16
# What a row of SQLite may take, which its columns share; none of them needs less than this.
ROW_MEMORY = 64 << 20
LEAST_VALUE = 1 << 17
