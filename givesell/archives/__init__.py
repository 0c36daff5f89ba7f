"""Reading archives: the exports of platforms, and plain files of posts, as a stream.

The rooms, each of which imports those before it: `streams` (bytes), `parsing` (values), `base`
(what readers share), `times`, `shapes` (what columns and keys mean), `recognition` (what holds no
posts), `formats` and `platforms` (the readers). Above them `registry` chooses the reader of an
input, `opening` opens it, and `read` gives its posts.
"""

from givesell.extras import require

require("archives", "Reading files")

import givesell.text  # noqa: F401 - says what to do in a checkout where nothing is compiled
from givesell.archives.base.post import Post
from givesell.archives.base.post_reader import PostReader
from givesell.archives.base.reader import Options, Reader
from givesell.archives.opening import open_reader
from givesell.archives.registry import FORMATS

__all__ = ["FORMATS", "Options", "Post", "PostReader", "Reader", "open_reader"]
