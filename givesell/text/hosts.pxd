"""Hosts and URLs: which words with dots are one, and where it ends."""

from libc.stdint cimport int32_t, uint32_t, uint64_t

from givesell.text.char_classes cimport Char
from givesell.text.entries cimport VALUE, class_of, is_word
from givesell.text.hashing cimport SEED, HashSet, finish, lookup, step

cdef enum:
    LONGEST_HOST = 255  # RFC 1035
    # Flags of the labels in the table of domains, which `givesell.text.domains` makes; LETTERS is
    # found while a label is read.
    SURE = 1
    NEEDS_PATH = 2
    SECOND = 4
    LETTERS = 8


cdef struct Host:
    int32_t end
    int flags  # of its last label
    uint64_t name  # the hash of its registered name, 0 where there is none
    int labels


cdef struct Label:
    int32_t end
    uint64_t hash
    int letters
    int digits  # and hyphens


cdef inline Label label_at(const uint32_t* entries, int32_t at, int32_t stop) noexcept nogil:
    """Read the label of a host name at ``at``, up to ``stop``."""
    cdef Label label = Label(at, SEED, 0, 0)
    cdef int kind
    while label.end < stop:
        kind = class_of(entries[label.end])
        if kind == Char.LETTER:
            label.letters += 1
            label.hash = step(label.hash, entries[label.end] & VALUE)
        elif kind == Char.DIGIT:
            label.digits += 1
            label.hash = step(label.hash, 48)
        elif (
            kind == Char.HYPHEN
            and label.letters + label.digits > 0
            and is_word(entries[label.end + 1])
        ):
            label.hash = step(label.hash, entries[label.end] & VALUE)
            label.digits += 1
        elif kind != Char.INVISIBLE:
            break
        label.end += 1
    label.hash = finish(label.hash)
    return label


cdef inline Host host_at(
    const uint32_t* entries, int32_t start, uint64_t before, const HashSet* domains
) noexcept nogil:
    """Read the labels of a host name from ``start`` on: where a label begins, or the dot after one
    that was read ``before``; that label's hash, else 0.
    """
    cdef uint64_t third = 0, second = 0, last = before
    cdef int32_t at = start, stop = start + LONGEST_HOST
    cdef Host host = Host(start, 0, 0, 1 if before != 0 else 0)
    cdef int size = 0
    cdef bint plain = False
    cdef Label label
    while at < stop:
        if host.labels > 0:
            if class_of(entries[at]) != Char.DOT:
                break
            at += 1
        label = label_at(entries, at, stop)
        if label.letters + label.digits == 0:
            break
        third = second
        second = last
        last = label.hash
        host.labels += 1
        size = label.letters + label.digits
        plain = label.digits == 0
        at = host.end = label.end
    host.flags = lookup(domains, last) & (SURE | NEEDS_PATH)
    if plain and size > 1:
        host.flags |= LETTERS
    host.name = second
    if host.labels > 2 and size == 2 and lookup(domains, second) & SECOND:
        host.name = third
    return host


cdef inline int32_t url_end(const uint32_t* entries, int32_t start, int32_t length) noexcept nogil:
    """Return where the URL that goes on at ``start`` ends, sentence punctuation and unmatched
    brackets after it left out.
    """
    cdef int32_t at = start, opened = 0
    cdef int kind
    while at < length:
        kind = class_of(entries[at])
        if (
            kind == Char.SPACE
            or kind == Char.BREAK
            or kind == Char.QUOTE
            or kind == Char.EMOJI
            or kind == Char.REGIONAL
        ):
            break
        if kind == Char.OPEN:
            opened += 1
        elif kind == Char.CLOSE:
            opened -= 1
        at += 1
    while at > start:
        kind = class_of(entries[at - 1])
        if kind == Char.CLOSE and opened < 0:
            opened += 1
        elif not (
            kind == Char.DOT
            or kind == Char.BANG
            or kind == Char.COLON
            or kind == Char.APOSTROPHE
            or kind == Char.OTHER
            or kind == Char.INVISIBLE
        ):
            break
        at -= 1
    return at
