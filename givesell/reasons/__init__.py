"""Reasons: what each word of a post adds to its verdict, what would change the verdict, and how
both are shown.
"""
