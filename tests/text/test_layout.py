"""Sets as the kernels look them up."""

import numpy as np
import pytest

from givesell.text.layout import find_ranks, lay_buckets, lay_hashes
from givesell.text.ngrams import bucket_set
from givesell.text.wordset import pack_set


@pytest.mark.parametrize("size", [2, 64, 128, 2**12])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_bits_and_ranks(size, share):
    """A set holds exactly its buckets, each at its rank, whatever integers they come as."""
    held = np.random.default_rng(0).random(size) < share
    buckets = np.flatnonzero(held)
    for kind in (np.int32, np.int64, np.uint32):
        words, ranks = bucket_set(buckets.astype(kind), size)
        bits = np.unpackbits(words.view(np.uint8), bitorder="little")
        assert np.flatnonzero(bits).tolist() == buckets.tolist()
        assert ranks.tolist() == [held[: 64 * word].sum() for word in range(len(words))]


def test_all_buckets():
    """The set of all buckets is the same whether they are listed or not."""
    for size in (2, 64, 2**10):
        for listed, all_of_them in zip(
            bucket_set(np.arange(size), size), bucket_set(None, size), strict=True
        ):
            assert np.array_equal(listed, all_of_them)
            assert not all_of_them.flags.writeable


@pytest.mark.parametrize(
    "buckets",
    [
        np.array([-1, 3], np.int32),
        np.array([3, 3], np.int32),
        np.array([9, 3], np.int32),
        np.array([64], np.int32),
        np.array([2**32 + 1]),
        np.array([2**63 + 1], np.uint64),
    ],
)
def test_buckets_that_no_set_holds(buckets):
    """Buckets that do not ascend or lie outside are refused, also where 32 bits would wrap them."""
    with pytest.raises(ValueError, match="ascending numbers from 0 to 63"):
        bucket_set(buckets, 64)


@pytest.mark.parametrize("size", [2, 64, 2**12])
def test_ranks_are_found(size):
    """Each bucket of a set is found at its rank, and one that the set lacks is noticed."""
    kept = np.flatnonzero(np.random.default_rng(0).random(size) < 0.5).astype(np.int32)
    words, ranks = bucket_set(kept, size)
    found = np.empty(len(kept), np.int64)
    assert find_ranks(kept[::-1].copy(), words, ranks, found)
    assert found[::-1].tolist() == list(range(len(kept)))
    others = np.setdiff1d(np.arange(size, dtype=np.int32), kept)
    for bucket in (*others[:9], -1, -64, -(2**31), 64 * len(words), 2**31 - 1):
        assert not find_ranks(np.array([bucket], np.int32), words, ranks, np.empty(1, np.int64))


def test_hashes_are_found():
    """Each hash is in the slot of its last bits, or in one of the taken slots that follow."""
    keys = np.sort(np.random.default_rng(0).integers(0, 2**64, 3000, np.uint64))
    keys[-9:] = np.uint64(2**64 - 1) - np.arange(8, -1, -1, dtype=np.uint64) * np.uint64(2**20)
    table = pack_set(keys, np.arange(1, 3001, dtype=np.uint64))
    assert table.shape == (8192, 2)
    for value, key in enumerate(keys.tolist(), 1):
        slot = key & 8191
        while table[slot, 0] != key:
            assert table[slot, 1]
            slot = (slot + 1) & 8191
        assert table[slot, 1] == value


def test_buffers_that_are_too_small():
    """What would be written outside a buffer is refused."""
    numbers = np.arange(64, dtype=np.int32)
    keys = np.arange(8, dtype=np.uint64)
    with pytest.raises(ValueError, match="other sizes"):
        lay_buckets(numbers, 128, np.zeros(1, np.uint64), np.zeros(1, np.uint32))
    with pytest.raises(ValueError, match="other sizes"):
        lay_buckets(numbers, 64, np.zeros(1, np.uint64), np.zeros(2, np.uint32))
    for ranks, found in ((1, 64), (2, 63)):
        with pytest.raises(ValueError, match="other sizes"):
            find_ranks(
                numbers, np.zeros(2, np.uint64), np.zeros(ranks, np.uint32), np.zeros(found, int)
            )
    for table in (np.zeros((8, 2), np.uint64), np.zeros((12, 2), np.uint64)):
        with pytest.raises(ValueError, match="other sizes"):
            lay_hashes(keys, keys, table)
    with pytest.raises(ValueError, match="other sizes"):
        lay_hashes(keys, keys[:4], np.zeros((16, 2), np.uint64))
