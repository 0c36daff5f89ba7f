"""What a new reader takes: a class that describes itself and one entry in the registry."""

import gzip
import json
import re

import pyarrow as pa
import pytest

import givesell
from givesell.archives import FORMATS, Options, Post, PostReader, open_reader
from givesell.archives.base.format_reader import FormatReader
from givesell.archives.opening import is_export
from tests.archives.conftest import Taken
from tests.archives.samples import FIRST, SAMPLES


class CountedReader(FormatReader):
    """A made-up plain format: a mark, then posts each with its length before it."""

    name = "counted"
    is_text = False
    magic = (b"\x01COUNTED",)
    begins = "COUNTED"

    def _find_schema(self):
        return pa.schema([("text", pa.string())])

    def _batches(self, rejects):
        with self.files.open(self.members[0]) as stream:
            data = stream.read().removeprefix(self.magic[0])
        texts = []
        while data:
            texts.append(data[1 : 1 + data[0]].decode())
            data = data[1 + data[0] :]
        yield pa.RecordBatch.from_arrays([pa.array(texts, pa.string())], schema=self.schema)


class DiaryReader(PostReader):
    """A made-up platform: a file of text with a post a line below its mark."""

    name = "diary"
    platform = "diary"
    pattern = re.compile(r"(^|/)diary-\d+\.txt$")

    @classmethod
    def recognises(cls, head):
        """Say whether a file is of the platform."""
        return head.data.startswith(b"# diary of ")

    def read(self, stream, member, rejects):
        """Read the posts of one file."""
        owner = stream.readline().decode().strip().removeprefix("# diary of ")
        for number, line in enumerate(stream, 1):
            yield Post(f"{member}:{number}", line.decode().strip(), owner, None, self.platform)


def test_a_new_format_is_one_class_and_one_entry(write, monkeypatch):
    """Listed, it is recognised, asked for by its name, read and scored like all others; nothing
    else of the library knows of it.
    """
    monkeypatch.setitem(FORMATS, "counted", CountedReader)
    data = b"\x01COUNTED\x06thanks\x03buy"
    packed = gzip.compress(data)
    for name, content in (("posts", data), ("posts.csv", data), ("posts.bin.gz", packed)):
        path = write(name, content)
        assert [post.text for post in givesell.read_archive(path)] == ["thanks", "buy"]
    path = write("posts.zip", {"posts.bin": data})
    assert open_reader(path).name == open_reader(path, format="counted").name == "counted"
    assert not isinstance(open_reader(write("lines.txt", "thanks\n")), CountedReader)


def test_a_new_platform_is_one_class_and_one_entry(write, monkeypatch):
    """Listed, its files are recognised alone, in a zip and in a folder."""
    monkeypatch.setitem(FORMATS, "diary", DiaryReader)
    content = "# diary of Jo\nthanks\nbuy\n"
    path = write("diary-1.txt", content)
    assert is_export(path.parent)
    for given in (
        path,
        path.parent,
        write("export.zip", {"data/diary-1.txt": content, "data/me.jpg": b"\xff\xd8\xff"}),
    ):
        archive = givesell.read_archive(given)
        assert [(post.text, post.author) for post in archive] == [("thanks", "Jo"), ("buy", "Jo")]
        assert archive.format == "diary"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_can_be_read_without_the_rest_of_its_export(write, name):
    """`read` alone gives the posts, if without whose they are: it does not rely on `prepare`."""
    sample = SAMPLES[name]
    content = sample.write([json.dumps(sample.record(FIRST))])
    reader = open_reader(
        write("export.zip", {sample.name: content}), options=Options(visibility="all")
    )
    member = reader.members[0]
    with reader.files.open(member) as stream:
        assert len(list(reader.read(stream, member, Taken()))) == 1
