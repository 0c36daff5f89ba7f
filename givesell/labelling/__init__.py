"""Labelling posts by hand: the queue, the session's state, and the file that keeps the labels;
without a terminal.
"""
