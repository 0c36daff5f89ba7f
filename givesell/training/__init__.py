"""Training, calibrating and measuring models; needs scikit-learn and pandas."""
