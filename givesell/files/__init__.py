"""Reading and writing files: endings, locks, delimited text, writing in one step."""
