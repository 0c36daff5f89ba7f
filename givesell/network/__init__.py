"""A small neural network over windows of three tokens, which stands beside the linear model in a
deep one.
"""
