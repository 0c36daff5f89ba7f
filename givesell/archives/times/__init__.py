"""When posts were written, in whatever form files say it."""
