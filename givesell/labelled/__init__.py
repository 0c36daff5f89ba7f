"""Labelled posts: read, brought to one form, grouped, compared."""
