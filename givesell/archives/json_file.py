"""JSON: an array of objects, or an object that holds one; read an item at a time, never whole."""

import re
from collections.abc import Iterator

from givesell.archives.head import Head
from givesell.archives.json_items import ItemError, raw_items
from givesell.archives.objects import ObjectsReader, Record, row_of
from givesell.errors import FileError


class JsonReader(ObjectsReader):
    """A JSON file; the rows are the items of its outermost array."""

    name = "json"
    unit = "items"

    def _records(self) -> Iterator[Record]:
        path = self._array()
        with self.files.open(self.members[0]) as stream:
            for number, (_, raw, item) in enumerate(raw_items(stream, path), 1):
                try:
                    if isinstance(item, ItemError):
                        raise item
                    yield number, raw, row_of(item)
                except ValueError as error:
                    yield number, raw, error

    def _array(self) -> str:
        """Return the path of the rows."""
        head = Head(self.files.head(self.members[0]))
        if head.data.lstrip().startswith(b"["):
            return "item"
        found = sorted((path for path in head.paths if re.search(r"(^|\.)item$", path)), key=lambda path: (path.count("."), path))
        if not found:
            raise FileError("E406", path=self.shown, reason="it is one JSON object and holds no list of posts")
        return found[0]
