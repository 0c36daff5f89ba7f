"""What a model is: the scorer, its weights, its manifest, its artifact, its card."""

import givesell.text  # noqa: F401 - says what to do in a checkout where nothing is compiled
