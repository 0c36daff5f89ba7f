"""Bytes on their way in: files, folders, zips and tars as streams of unpacked UTF-8, with the
limits of reading, and what is said of damage. The room knows no format and no post; it imports no
other room of archives.
"""
