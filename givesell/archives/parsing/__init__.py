"""Parsers of bytes: delimited text, JSON, the pages of Parquet, messages of Arrow, CAR, cells of
spreadsheets, markup. They know of no post and no column of posts; the room imports `streams` alone.
"""
