"""Scoring files as a stream: CSV, TSV, JSON lines and Parquet, in constant memory."""

from givesell.batch.formats import Format, format_of
from givesell.batch.stream import check_paths, score_files
from givesell.batch.summary import Summary

__all__ = ["Format", "Summary", "check_paths", "format_of", "score_files"]
