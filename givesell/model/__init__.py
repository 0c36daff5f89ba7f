"""A model over one kind: thresholds, calibration, facets, manifest; saved and loaded."""
