"""What a file is that holds no posts, such as a web page, code, a document or private messages, and
what its owner can do. The room imports `shapes`, `base`, `parsing` and `streams`.
"""
