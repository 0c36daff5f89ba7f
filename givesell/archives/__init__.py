"""Reading archives: the exports of platforms, and plain files of posts, as a stream."""

from givesell.extras import require

require("archives", "Reading files")

from givesell.archives.base.post import Post
from givesell.archives.base.post_reader import PostReader
from givesell.archives.base.reader import Options, Reader
from givesell.archives.opening import open_reader
from givesell.archives.registry import FORMATS

__all__ = ["FORMATS", "Options", "Post", "PostReader", "Reader", "open_reader"]
