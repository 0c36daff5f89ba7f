"""What a model is: the scorer, its weights, its manifest, its artifact, its card."""
