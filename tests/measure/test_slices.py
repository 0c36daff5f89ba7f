"""Tests of `givesell.measure.slices`."""

import numpy as np
import pytest

from givesell.measure.slices import as_values, length_bands, slice_table


def table(sizes, accuracies, *, groups=None, selling=0.5, **options):
    """Return the slices of posts of one column, a slice as large and as often right as said."""
    names = np.repeat([f"s{i}" for i in range(len(sizes))], sizes).astype(object)
    labels, p = [], []
    for size, accuracy in zip(sizes, accuracies, strict=True):
        own = np.arange(size) < round(size * selling)
        right = np.tile(np.arange(10) < 10 * accuracy, -(-size // 10))[:size]
        labels.append(own)
        p.append(np.where(right, own, ~own) * 0.8 + 0.1)
    options = {"rounds": 500, "seed": 0} | options
    return slice_table(
        {"column": names}, np.concatenate(labels), np.concatenate(p), groups, **options
    )


def test_worst_first_and_small_ones_untold():
    """Slices come worst first; one of three posts gets a count but no figure, and stands last."""
    found = table([200, 3, 200, 200], [0.9, 0.0, 0.5, 0.7])
    assert found["value"].tolist() == ["s2", "s3", "s0", "s1"]
    small = found.iloc[-1]
    assert small["posts"] == 3
    assert np.isnan(small["accuracy"])


def test_luck_of_a_small_slice_is_not_its_rank():
    """A slice that is small does not come before one that is surely as bad: the upper end of the
    interval decides.
    """
    assert table([20, 2000], [0.6, 0.6])["value"].tolist() == ["s1", "s0"]


def test_a_perfect_small_slice_is_not_certain():
    """Twenty posts, all right, leave room for doubt in each interval."""
    found = table([20, 200], [1.0, 0.9]).set_index("value").loc["s0"]
    assert found["accuracy"] == 1
    assert 0.7 < found["accuracy_low"] < 0.9
    assert found["macro_f1_low"] < 0.97


def test_figures_that_need_both_labels():
    """Where one label stands fewer than five times there is accuracy and no macro-F1."""
    found = table([100, 100], [0.9, 0.8], selling=0.02)
    assert found["macro_f1"].isna().all()
    assert found["accuracy"].tolist() == pytest.approx([0.8, 0.9])


def test_whole_groups_are_drawn_where_there_are_ten():
    """With ten groups the interval is that of groups; with fewer it says that posts were drawn."""
    groups = np.concatenate([np.arange(200) // 10, 100 + np.arange(200) // 100])
    found = table([200, 200], [0.8, 0.8], groups=groups).set_index("value")
    assert found["drawn"].to_dict() == {"s0": "groups", "s1": "posts"}
    assert found["groups"].to_dict() == {"s0": 20, "s1": 2}


def test_values_of_any_column():
    """Numbers become four bands, few numbers and words stay, what is missing has a name."""
    assert len(set(as_values(np.arange(100).astype(object)))) == 4
    assert as_values(np.array([1, 2, None], object)).tolist() == ["1", "2", "(none)"]
    assert as_values(np.array(["a", np.nan, True], object)).tolist() == ["a", "(none)", "True"]
    assert as_values(np.array([None, None], object)).tolist() == ["(none)", "(none)"]


def test_no_slices():
    """A column with one value is no slicing, and the table has its columns all the same."""
    found = table([50], [0.5])
    assert len(found) == 0
    assert "accuracy" in found
    assert length_bands(np.array(["", "x" * 501], object)).tolist() == [
        "1 to 50 characters",
        "over 500 characters",
    ]
