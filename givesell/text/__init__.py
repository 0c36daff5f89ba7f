"""The text core: characters are folded, tokens scanned and n-grams hashed, all compiled."""
