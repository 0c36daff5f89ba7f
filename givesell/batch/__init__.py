"""Scoring archives and files as a stream, in constant memory, resumable."""

from givesell.extras import require

require("archives", "Scoring files")

from givesell.batch.options import ReadOptions, WriteOptions
from givesell.batch.paths import check_paths, unfinished_rows
from givesell.batch.scoring import Scoring, about_model
from givesell.batch.selection import Selection
from givesell.batch.stream import score_files
from givesell.batch.summary import Summary
from givesell.files.endings import Format, format_of

__all__ = [
    "Format",
    "ReadOptions",
    "Scoring",
    "Selection",
    "Summary",
    "WriteOptions",
    "about_model",
    "check_paths",
    "format_of",
    "score_files",
    "unfinished_rows",
]
