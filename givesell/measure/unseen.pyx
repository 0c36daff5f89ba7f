"""How many posts hold each n-gram, and how many n-grams of posts too few others hold.

``held`` has a number for each bucket: in how many posts it occurs.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t

from givesell.text.counting cimport (
    CountRoom,
    Counts,
    Source,
    Vocabulary,
    count_post,
    count_room,
    write_features,
)
from givesell.text.scanner cimport (
    CheckedPosts,
    Posts,
    RuleTables,
    Tokens,
    post_at,
    scan_post,
)
from givesell.text.token_kinds cimport Kind

ctypedef fused Held:
    uint8_t
    int32_t


def add_posts(
    RuleTables tables not None, Vocabulary every not None, chunk, Held[::1] held, int times
):
    """Add to how many posts hold each bucket, so many times a post.

    Parameters
    ----------
    tables : RuleTables
    every : Vocabulary
        All buckets.
    chunk : Chunk
    held : ndarray of uint8 or int32, shape (n_features,)
        Changed in place.
    times : int
        -1 takes the posts away again.
    """
    cdef CheckedPosts checked = CheckedPosts(chunk)
    cdef const Posts* posts = &checked.posts
    cdef CountRoom room = count_room(every, False)
    cdef Counts* counts = &room.counts
    cdef Py_ssize_t i, j
    check_held(every, held.shape[0])
    room.reserve(posts.longest)
    with nogil:
        for i in range(posts.count):
            count_post(
                &tables.rules,
                post_at(posts, i),
                &every.ngrams,
                &every.buckets,
                room.tokens,
                counts,
            )
            for j in range(counts.distinct):
                held[counts.buckets[j]] += <Held>times


def count_unseen(
    RuleTables tables not None,
    Vocabulary every not None,
    chunk,
    const Held[::1] held,
    int64_t least,
    int32_t[:, ::1] out,
):
    """Count the n-grams and the words of posts, and those that fewer than ``least`` posts hold.

    Parameters
    ----------
    tables : RuleTables
    every : Vocabulary
        All buckets.
    chunk : Chunk
    held : ndarray of uint8 or int32, shape (n_features,)
    least : int
    out : ndarray of int32, shape (n, 4)
        Written to: n-grams, new ones, words, new ones.
    """
    cdef CheckedPosts checked = CheckedPosts(chunk)
    cdef const Posts* posts = &checked.posts
    cdef CountRoom room = count_room(every, True)
    cdef Py_ssize_t i
    check_held(every, held.shape[0])
    if out.shape[0] != posts.count or out.shape[1] != 4:
        raise ValueError("a row of four numbers for each post is needed")
    room.reserve(posts.longest)
    with nogil:
        for i in range(posts.count):
            scan_post(&tables.rules, post_at(posts, i), room.tokens)
            write_features(room.tokens, &every.ngrams, &room.counts)
            count_new(room.tokens, &room.counts, every.ngrams.mask, &held[0], least, &out[i, 0])


cdef void count_new(
    const Tokens* tokens,
    const Counts* counts,
    int64_t mask,
    const Held* held,
    int64_t least,
    int32_t* out,
) noexcept nogil:
    """Write the four numbers of a post whose features are written."""
    cdef int32_t i, words = 0, new_ngrams = 0, new_words = 0
    cdef bint is_new, is_word
    for i in range(counts.written):
        is_new = held[<int64_t>counts.features[i] & mask] < least
        is_word = (
            counts.sources[i] == Source.TOKEN and tokens.kinds[counts.firsts[i]] == Kind.WORD
        )
        new_ngrams += is_new
        words += is_word
        new_words += is_new and is_word
    out[0], out[1], out[2], out[3] = counts.written, new_ngrams, words, new_words


cdef int check_held(Vocabulary every, Py_ssize_t count) except -1:
    """Check that there is a number for each bucket, and that each bucket is counted."""
    if not every.size == count == <Py_ssize_t>every.ngrams.mask + 1:
        raise ValueError("a number for each bucket is needed")
    return 0
