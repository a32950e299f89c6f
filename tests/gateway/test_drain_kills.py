"""A few kills in every run of the tests; ``python -m tests.gateway.drain_kills`` does many."""

from pathlib import Path

import pytest

from tests.gateway.drain_kills import run


@pytest.mark.slow
def test_what_is_acknowledged_is_in_the_lake_once_however_often_the_drain_is_killed(tmp_path: Path) -> None:
    report = run(tmp_path, kills=10, seed=1)
    assert report.holds, report
    assert report.acknowledged > 500
    assert report.moved > 1
    assert report.readings > 100
