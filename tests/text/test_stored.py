"""Tables in one file beside their modules."""

import numpy as np
import pytest

from givesell.text.fold import FoldTable, fold_table
from givesell.text.language import LanguageTable, language_table
from givesell.text.stored import read_table, write_table


def test_arrays_come_back(tmp_path):
    """Arrays of any item size and shape are read as they were written, read-only, contiguous and
    aligned, as compiled code takes them.
    """
    arrays = {
        "bytes": np.arange(3, dtype=np.int8),
        "wide": np.arange(5, dtype=np.uint64),
        "pairs": np.arange(6, dtype=np.uint16).reshape(3, 2),
        "one": np.array(7),
    }
    write_table(tmp_path / "table.npy", arrays)
    read = read_table(tmp_path / "table.npy", arrays)
    for wanted, array in zip(arrays.values(), read, strict=True):
        assert np.array_equal(np.atleast_1d(wanted), array)
        assert array.dtype == wanted.dtype
        assert array.flags.c_contiguous
        assert array.flags.aligned
        assert not array.flags.writeable


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        (fold_table, (FoldTable, "uint16 uint32 uint32")),
        (language_table, (LanguageTable, "int8 int64 uint64")),
    ],
)
def test_stored_tables(table, kinds):
    """The tables of the text core have the types that compiled code takes, and are read once."""
    kind, types = kinds
    assert isinstance(table(), kind)
    assert [str(array.dtype) for array in table()] == types.split()
    assert table() is table()
