"""Scoring archives and files as a stream, in constant memory, resumable."""

from givesell.extras import require

require("archives", "Scoring files")

from givesell.batch.paths import check_paths, unfinished_rows
from givesell.batch.selection import Selection
from givesell.batch.stream import about_model, score_files
from givesell.batch.summary import Summary
from givesell.files.endings import Format, format_of

__all__ = [
    "Format",
    "Selection",
    "Summary",
    "about_model",
    "check_paths",
    "format_of",
    "score_files",
    "unfinished_rows",
]
