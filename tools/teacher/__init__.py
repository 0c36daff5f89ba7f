"""Fine-tune transformer encoders on the labelled posts and have them judge others: the teacher of
the shipped models, and what the encoder that people can use starts from.
"""
