"""How results are put in words, numbers, colours and tables, the same in every room.

Modules: `words` (text that may hold anything, made safe to show), `numbers` (counts, shares, ratios
and dates in words), `colours` (of the labels), `markup` (HTML, escaped once) and `sections` (tables
for a terminal and a notebook).
"""
