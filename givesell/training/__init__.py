"""Training, calibrating and measuring models; needs scikit-learn and pandas."""

from givesell.extras import require

require("train", "Training and measuring models")
