"""Two-sided calibration in C; a test holds these and the functions of `givesell.core.calibration`
to the same numbers.
"""

from libc.math cimport exp

cdef struct SlopePair:
    # `givesell.core.calibration.Slopes`.
    double below
    double above


cdef inline double calibrate_one(double log_odds, const SlopePair* slopes) noexcept nogil:
    """Calibrate one number; as `calibrate`."""
    return log_odds * (slopes.below if log_odds < 0 else slopes.above)


cdef inline double probability(double log_odds, const SlopePair* slopes) noexcept nogil:
    """Return one probability; as `probabilities`."""
    return 1.0 / (1.0 + exp(-calibrate_one(log_odds, slopes)))
