"""What the columns of tables and the keys of nested objects mean: which holds the posts, and which
their parts. The room imports `times`, `base`, `parsing` and `streams`.
"""
