"""Learning from labelled posts."""
