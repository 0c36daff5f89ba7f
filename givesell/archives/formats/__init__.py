"""Plain formats, one file each. A new format is a module here, an entry in `READERS` and, if it has
a file ending, a row in `givesell.files.endings`; it says itself how its files are recognised. The
first paragraph of its docstring is what `givesell formats` says of it. The room may import streams,
parsing, base, times, shapes and recognition.
"""

from givesell.archives.base.format_reader import FormatReader
from givesell.archives.formats.arrow_file import ArrowReader
from givesell.archives.formats.csv_file import CsvReader, TsvReader
from givesell.archives.formats.excel_file import ExcelReader
from givesell.archives.formats.json_file import JsonReader
from givesell.archives.formats.jsonl_file import JsonlReader
from givesell.archives.formats.lines_file import LinesReader
from givesell.archives.formats.parquet_file import ParquetReader
from givesell.archives.formats.sqlite_file import SqliteReader

# Where as much speaks for one as for another, the first takes a file.
READERS: tuple[type[FormatReader], ...] = (
    CsvReader,
    TsvReader,
    JsonReader,
    JsonlReader,
    ParquetReader,
    ArrowReader,
    SqliteReader,
    ExcelReader,
    LinesReader,
)
