"""The gateway is killed under load; ``python -m tests.gateway.kills --kills 100`` does it more often."""

import asyncio
from pathlib import Path

import pytest

from tests.gateway.kills import play


@pytest.mark.slow
def test_what_was_acknowledged_before_a_kill_is_stored_once(tmp_path: Path) -> None:
    tally = asyncio.run(play(tmp_path, kills=15))
    assert tally.kills == 15
    assert tally.lost == []
    assert tally.doubled == []
    assert tally.once > 500
    assert tally.is_right
