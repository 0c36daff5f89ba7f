"""How good a model is, and how far posts are from what it knows."""
