"""`Model`: thresholds, facets and a manifest over one kind; saved, loaded and found by name."""
