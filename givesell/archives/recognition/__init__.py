"""What a file is, and what to say of one that holds no posts."""
