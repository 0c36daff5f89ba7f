"""Which posts are worth a person's look."""
