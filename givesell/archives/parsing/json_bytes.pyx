"""The kernels of `givesell.archives.parsing.json_scan`: each looks at every byte once."""

from libc.stdint cimport int64_t, uint8_t

from givesell.archives.streams.limits import MAX_DIGITS as _MAX_DIGITS

# Places in the state of a value that is looked at; `json_scan` has the same.
cdef enum:
    DEPTH
    IN_TEXT
    ESCAPED
    DEEPEST
    DIGITS
    LONGEST
    VALUES
    PLACES

cdef enum:
    QUOTE = 34
    BACKSLASH = 92
    COMMA = 44
    # With this bit set, both kinds of brackets are braces.
    BRACE = 0x20
    OPEN = 123
    CLOSE = 125
    STRIDE = 64  # bytes between those that are looked at for a long number
    BLOCK = 240  # bytes whose brackets are counted in one byte

cdef Py_ssize_t LONG_RUN = _MAX_DIGITS // STRIDE

# 1 for a digit, a sign, a point and an E: a table, since a branch could not be predicted.
cdef uint8_t[256] OF_NUMBER
for _byte in range(256):
    OF_NUMBER[_byte] = _byte in b"0123456789+-.Ee"


cdef Py_ssize_t look_at(
    const uint8_t* data, Py_ssize_t start, Py_ssize_t size, int64_t* state, bint to_end
) noexcept nogil:
    """Look at the bytes from ``start`` to ``size``; the state has PLACES places. See `advance`."""
    cdef int64_t depth = state[DEPTH], deepest = state[DEEPEST], values = state[VALUES]
    cdef int64_t digits = state[DIGITS], longest = state[LONGEST]
    cdef bint in_text = state[IN_TEXT] != 0, escaped = state[ESCAPED] != 0
    cdef Py_ssize_t end = -1, i
    cdef uint8_t byte
    for i in range(start, size):
        byte = data[i]
        if in_text:
            if escaped:
                escaped = False
            elif byte == BACKSLASH:
                escaped = True
            elif byte == QUOTE:
                in_text = False
                if to_end and depth == 0:
                    end = i + 1
                    break
            continue
        if OF_NUMBER[byte]:
            digits += 1
            longest = max(longest, digits)
            continue
        digits = 0
        if byte == QUOTE:
            in_text = True
        elif byte == COMMA:
            values += 1
        elif byte | BRACE == OPEN:
            depth += 1
            values += 1
            deepest = max(deepest, depth)
        elif byte | BRACE == CLOSE:
            depth -= 1
            if to_end and depth <= 0:
                end = i + 1
                break
    state[DEPTH], state[IN_TEXT], state[ESCAPED] = depth, in_text, escaped
    state[DEEPEST], state[DIGITS], state[LONGEST], state[VALUES] = deepest, digits, longest, values
    return end


def advance(const uint8_t[::1] data, Py_ssize_t start, int64_t[::1] state, bint to_end):
    """Look at the bytes of a value, or of a piece of it.

    Parameters
    ----------
    data : ndarray of uint8, shape (n,)
    start : int
        The first byte to look at.
    state : ndarray of int64, shape (7,)
        What was seen of the value before; changed in place.
    to_end : bool
        Whether to stop where the value ends.

    Returns
    -------
    int
        The place after the value's last bracket or quote; -1 where it goes on, or was not to be
        looked for.

    Raises
    ------
    ValueError
        If there is no such byte, or the state is of another size.
    """
    if start < 0 or state.shape[0] != PLACES:
        raise ValueError("a place before the bytes, or a state of another size")
    if start >= data.shape[0]:
        return -1
    cdef Py_ssize_t end
    with nogil:
        end = look_at(&data[0], start, data.shape[0], &state[0], to_end)
    return end


def advance_lines(
    const uint8_t[::1] data, const int64_t[::1] lengths, int64_t[:, ::1] states
):
    """Look at lines that follow each other.

    Parameters
    ----------
    data : ndarray of uint8, shape (n,)
    lengths : ndarray of int64, shape (n_lines,)
        In bytes.
    states : ndarray of int64, shape (n_lines, 7)
        One for each line; changed in place.

    Raises
    ------
    ValueError
        If the lines do not lie within the bytes, or there is not one state a line.
    """
    check_lengths(data.shape[0], lengths)
    if states.shape[0] != lengths.shape[0] or states.shape[1] != PLACES:
        raise ValueError("not one state a line")
    cdef Py_ssize_t start = 0, number
    with nogil:
        for number in range(lengths.shape[0]):
            if lengths[number] > 0:
                look_at(&data[start], 0, lengths[number], &states[number, 0], False)
                start += lengths[number]


def most_brackets(const uint8_t[::1] data, const int64_t[::1] lengths):
    """Return how many opening brackets the line has that has most, those in texts included.

    Parameters
    ----------
    data : ndarray of uint8, shape (n,)
    lengths : ndarray of int64, shape (n_lines,)
        In bytes.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the lines do not lie within the bytes.
    """
    check_lengths(data.shape[0], lengths)
    cdef Py_ssize_t start = 0, number
    cdef int64_t most = 0
    with nogil:
        for number in range(lengths.shape[0]):
            if lengths[number] > 0:
                most = max(most, brackets(&data[start], lengths[number]))
                start += lengths[number]
    return most


cdef int64_t brackets(const uint8_t* data, Py_ssize_t size) noexcept nogil:
    """Return how many opening brackets there are."""
    cdef int64_t count = 0
    cdef Py_ssize_t start = 0, i
    cdef uint8_t few
    # In blocks whose count fits into a byte, so that 16 bytes are compared at once.
    while start < size:
        few = 0
        for i in range(start, min(start + BLOCK, size)):
            few += <uint8_t>(data[i] | BRACE) == <uint8_t>OPEN
        count += few
        start += BLOCK
    return count


def long_number(const uint8_t[::1] data):
    """Whether a number may be longer than is read: whether that many bytes at equal distances could
    be part of one.

    Parameters
    ----------
    data : ndarray of uint8, shape (n,)

    Returns
    -------
    bool
    """
    cdef Py_ssize_t size = data.shape[0], run = 0, longest = 0, i
    with nogil:
        for i in range((size + STRIDE - 1) // STRIDE):
            run = (run + 1) * OF_NUMBER[data[i * STRIDE]]
            longest = max(longest, run)
    return longest >= LONG_RUN


cdef int check_lengths(Py_ssize_t size, const int64_t[::1] lengths) except -1:
    """Raise unless the lines lie within so many bytes."""
    cdef Py_ssize_t number
    cdef int64_t left = size
    for number in range(lengths.shape[0]):
        if not 0 <= lengths[number] <= left:
            raise ValueError("lines beyond the bytes")
        left -= lengths[number]
    return 0
