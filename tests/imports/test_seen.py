"""Keys of rows that a file has brought already (重复行)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.lake.imports import seen as seen_rows
from lantian.lake.imports.errors import ImportFileError
from lantian.lake.imports.seen import Seen

KEYS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40), st.integers(0, 2)), min_size=1, max_size=60)


@given(rows=KEYS, size=st.integers(1, 20))
def test_of_equal_keys_the_first_counts_however_the_rows_are_cut_into_batches(
    rows: list[tuple[int, int, int]], size: int
) -> None:
    first: dict[tuple[int, int], tuple[int, int]] = {}
    expected = []
    for number, (group, hour, value) in enumerate(rows, start=2):
        row, kept = first.setdefault((group, hour), (number, value))
        expected.append((row, number != row and kept == value, number != row and kept != value))
    seen = Seen(1)
    found: list[tuple[int, bool, bool]] = []
    for start in range(0, len(rows), size):
        batch = np.array(rows[start : start + size], dtype=np.int64)
        numbers = np.arange(len(batch)) + start + 2
        got = seen.add(batch[:, 0], batch[:, 1], batch[:, 2], numbers)
        found += zip(got.row.tolist(), got.same.tolist(), got.conflicting.tolist(), strict=True)
    assert found == expected


def test_more_stations_leave_the_span_of_hours_as_it_is() -> None:
    seen = Seen(1)
    for station in range(50):
        one = np.array([station])
        for hour in (0, 100):
            seen.add(one, np.array([hour]), one, np.array([station + 2]))
    assert seen._row.shape[1] <= 101 * 1.25


def test_more_than_can_be_remembered_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen_rows, "MOST_CELLS", 1_000)
    seen = Seen(1)
    seen.add(np.array([0]), np.array([0]), np.array([1]), np.array([2]))
    with pytest.raises(ImportFileError, match=r"years|年"):
        seen.add(np.array([0]), np.array([9_000]), np.array([1]), np.array([3]))
