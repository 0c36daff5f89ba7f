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
