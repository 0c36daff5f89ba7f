"""JSON: an array of objects, or an object that holds one; read an item at a time, never whole."""

import re
from collections.abc import Iterator

from givesell.archives.columns import to_json
from givesell.archives.head import Head
from givesell.archives.json_items import items
from givesell.archives.objects import ObjectsReader, Record, kind_name
from givesell.errors import FileError

_RAW_ITEM = 2_000


class JsonReader(ObjectsReader):
    """A JSON file; the rows are the items of its outermost array."""

    name = "json"
    unit = "items"

    def _records(self) -> Iterator[Record]:
        path = self._array()
        with self.files.open(self.members[0]) as stream:
            for number, item in enumerate(items(stream, path), 1):
                if isinstance(item, dict):
                    yield number, repr(item)[:_RAW_ITEM].encode("utf-8", "replace"), item
                else:
                    yield number, to_json(item).encode("utf-8", "replace"), ValueError(f"not an object but {kind_name(item)}")

    def _array(self) -> str:
        """Return the ijson path of the rows."""
        head = Head(self.files.head(self.members[0]))
        if head.data.lstrip().startswith(b"["):
            return "item"
        found = sorted((path for path in head.paths if re.search(r"(^|\.)item$", path)), key=lambda path: (path.count("."), path))
        if not found:
            raise FileError("E406", path=self.shown, reason="it is one JSON object and holds no list of posts")
        return found[0]
