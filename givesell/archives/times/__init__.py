"""Times in whatever form files hold them: as numbers, as text in many languages, by the value and
by the column. The room imports `base`, `parsing` and `streams`.
"""
