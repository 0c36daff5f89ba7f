"""An archive that holds the exports of several platforms, such as Instagram's with Threads in
it.
"""

from collections.abc import Iterator, Sequence

from givesell.archives.base.post import Post
from givesell.archives.base.post_reader import ExportReader, PostReader
from givesell.archives.base.reader import Options
from givesell.archives.base.rejects import Rejects
from givesell.archives.streams.damage import spared
from givesell.archives.streams.files import Files
from givesell.errors import FileError


class CombinedReader(ExportReader):
    """Reads the exports in one archive one after the other.

    Parameters
    ----------
    files : Files
    readers : sequence of PostReader
    options : Options
    """

    def __init__(self, files: Files, readers: Sequence[PostReader], options: Options) -> None:
        self._readers = list(readers)
        self.name = "+".join(reader.name for reader in readers)
        super().__init__(
            files, [member for reader in readers for member in reader.members], options
        )
        self.about = tuple(name for reader in readers for name in reader.about)

    def blocks(self, rejects: Rejects) -> Iterator[list[Post]]:
        """Read the posts of all exports; see `ExportReader.blocks`."""
        self.skipped.clear()
        errors: list[FileError] = []
        for reader in self._readers:
            with spared(self.files.flaws, reader.shown, errors):
                yield from reader.blocks(rejects)
            self.skipped.update(reader.skipped)
        if len(errors) == len(self._readers):
            raise errors[0]
