"""Zeeschuimer and 4CAT: items that a browser extension has captured from sites, one object per line
with its source.
"""

from collections.abc import Iterator
from itertools import repeat
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.post import Post
from givesell.archives.base.rejects import Rejects
from givesell.archives.base.values import short
from givesell.archives.parsing.json_lines import values_of_lines
from givesell.archives.platforms.scraped import ScrapedReader
from givesell.archives.shapes.all_shapes import SHAPES


class CaptureReader(ScrapedReader):
    """What a browser extension has captured from sites, wrapped in one object per line that says
    from where.
    """

    name = "zeeschuimer"
    platform = "several"
    unit = "a capture"

    @classmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of this kind; see `PostReader.recognises`."""
        one = (
            (head.first_object or {})
            if head.is_json or head.name.endswith((".ndjson", ".jsonl"))
            else {}
        )
        return {"source_platform", "data"} <= one.keys() or "__import_meta" in one

    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """Read one file; see `ItemReader.items`."""
        return zip(repeat(""), values_of_lines(stream))

    def post(self, item: dict[str, Any], path: str) -> Post | None:  # noqa: ARG002
        """Return the post that was caught; see `ItemReader.post`."""
        about = item.get("__import_meta")
        data = item if isinstance(about, dict) else item.get("data")
        source = short((about if isinstance(about, dict) else item).get("source_platform")) or ""
        if not isinstance(data, dict):
            raise ValueError("not a capture")
        site = source.removeprefix("www.").partition(".")[0].partition("-")[0]
        platform = {"twitter": "x", "truthsocial": "truthsocial"}.get(site, site)
        for shape in SHAPES:
            if shape.is_of(data):
                post = self.made(shape, data, platform)
                return post and post._replace(platform=platform or post.platform)
        raise ValueError(f"a capture of {source[:40] or 'a site'} that is no post of a known shape")
