"""A model for givesell, as data: ``givesell.load("givesell-en-encoder")`` finds it."""
