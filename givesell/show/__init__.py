"""How results are put in words and tables."""
