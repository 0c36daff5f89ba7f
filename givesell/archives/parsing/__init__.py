"""Parsers of bytes, that know of no post."""
