"""AUC and average precision: one pass over posts in descending order of probability."""

from libc.math cimport NAN
from libc.stdint cimport int64_t, uint8_t


cdef struct Ranked:
    double auc
    double average_precision


cdef struct Order:
    # Posts in descending order of probability; `count` values each.
    const int64_t* units
    const uint8_t* selling
    const uint8_t* last  # of those with the same probability
    Py_ssize_t count


def rank_rounds(
    const double[:, ::1] counts,
    const int64_t[::1] units,
    const uint8_t[::1] selling,
    const uint8_t[::1] last,
    double[:, ::1] out,
):
    """Write AUC and average precision of each round; see `givesell.metrics.rank`.

    Parameters
    ----------
    counts : ndarray of float64, shape (rounds, n_units)
    units : ndarray of int64, shape (n,)
    selling, last : ndarray of uint8, shape (n,)
    out : ndarray of float64, shape (rounds, 2)

    Raises
    ------
    ValueError
        If the arrays do not fit together, or there is a unit that has no count.
    """
    cdef Order order
    cdef Ranked ranked
    cdef Py_ssize_t row, i, n = units.shape[0]
    cdef int64_t least = 0, most = -1
    for i in range(n):
        least = min(least, units[i])
        most = max(most, units[i])
    if (
        selling.shape[0] != n or last.shape[0] != n or least < 0 or most >= counts.shape[1]
        or out.shape[0] != counts.shape[0] or out.shape[1] != 2
    ):
        raise ValueError("posts that do not fit the counts of their units")
    if not n:
        out[:, :] = NAN
        return
    order = Order(&units[0], &selling[0], &last[0], n)
    with nogil:
        for row in range(counts.shape[0]):
            ranked = rank_one(&counts[row, 0], &order)
            out[row, 0] = ranked.auc
            out[row, 1] = ranked.average_precision


cdef Ranked rank_one(const double* counts, const Order* order) noexcept nogil:
    """Return AUC and average precision of posts that count so many times by their units."""
    cdef double positives = 0, negatives = 0, weight, sold, total
    cdef double above = 0, false = 0, area = 0, precise = 0, new = 0, new_false = 0
    cdef Py_ssize_t i
    # Without a branch by label: it cannot be predicted.
    for i in range(order.count):
        weight = counts[order.units[i]]
        sold = weight if order.selling[i] else 0
        positives += sold
        negatives += weight - sold
    if positives == 0 or negatives == 0:
        return Ranked(NAN, NAN if positives == 0 else 1.0)
    for i in range(order.count):
        weight = counts[order.units[i]]
        sold = weight if order.selling[i] else 0
        new += sold
        new_false += weight - sold
        if order.last[i]:
            area += new_false * (above + new / 2)
            above += new
            false += new_false
            total = above + false
            precise += new * above / (total if total > 0 else 1)
            new = new_false = 0
    return Ranked(area / (positives * negatives), precise / positives)
