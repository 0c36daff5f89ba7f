"""JSON: an array of objects, or an object that holds one; read item by item."""

import re
from collections.abc import Iterator
from functools import cached_property

from givesell.archives.base.format_reader import Evidence
from givesell.archives.base.head import HEAD_BYTES, Head
from givesell.archives.base.objects_reader import ObjectsReader, Record, row_of
from givesell.archives.formats.jsonl_file import JsonlReader, holds_json
from givesell.archives.parsing.json_items import raw_items
from givesell.archives.parsing.json_walk import ItemError
from givesell.archives.recognition import remedies
from givesell.archives.shapes.column_names import TEXT_NAMES
from givesell.errors import FileError

_LIST = re.compile(r"(^|\.)item$")


class JsonReader(ObjectsReader):
    """A JSON file; the rows are the items of its outermost array."""

    name = "json"
    unit = "items"
    begins = "an object or a list"

    @classmethod
    def evidence(cls, head: Head) -> Evidence:
        """Return what speaks for one document of JSON; see `FormatReader.evidence`."""
        if holds_json(head):
            return Evidence.NONE if JsonlReader.evidence(head) else Evidence.CONTENT
        return super().evidence(head)

    def _records(self) -> Iterator[Record]:
        path = self._array
        with self.files.open(self.members[0]) as stream:
            for number, (_, raw, item) in enumerate(raw_items(stream, path), 1):
                try:
                    if isinstance(item, ItemError):
                        raise item
                    yield number, raw, row_of(item)
                except ValueError as error:
                    yield number, raw, error

    @cached_property
    def _array(self) -> str:
        """The path of the rows: of the lists, one of objects with posts, or else the outermost."""
        name = self.members[0]
        head = Head(self.files.head(name, HEAD_BYTES), reopened=lambda: self.files.open(name))
        if head.data.lstrip().startswith(b"["):
            return "item"
        lists = _with_posts(head) or _with_posts(head.further()) or _lists(head.further())
        if not lists:
            raise FileError(
                "E512",
                path=self.shown,
                what="one JSON object without a list of posts",
                advice=remedies.NONE,
            )
        return min(lists, key=lambda path: (path.count("."), path))


def _lists(head: Head) -> list[str]:
    return [path for path in head.paths if _LIST.search(path)]


def _with_posts(head: Head) -> list[str]:
    return [
        path for path in _lists(head) if any(f"{path}.{name}" in head.paths for name in TEXT_NAMES)
    ]
