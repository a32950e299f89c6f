"""The facts of a quarter: what several of its parts rest on is asked once."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantian.apps.accounts.models import Area
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.assessment import rules
from lantian.apps.assessment.services.report_facts import report_facts
from lantian.apps.telemetry.models import Point, SandDustDecision
from lantian.kernel.instants import BEIJING
from lantian.kernel.periods import Period
from lantian.policy.reader import load_pack
from tests.telemetry.air_sample import fill

NOW = datetime(2020, 2, 3, 9, tzinfo=BEIJING)
QUARTER = Period.read("2019-Q4")


@pytest.fixture
def air(db: None, tmp_path: Path, settings: Any) -> None:
    """The pack's places, and the sample's hours."""
    settings.DATA_DIR, settings.LAKE_URL = tmp_path, str(tmp_path / "lake")
    sync_pack(load_pack(project.PACK), at=NOW)
    fill(tmp_path / "lake")


def test_streets_stations_and_sand_dust_are_asked_once(air: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = report_facts(rules.first_bulletin("quarter", QUARTER), QUARTER, NOW)
    assert found.air is not None

    def times(table: str, *words: str) -> int:
        return sum(f'FROM "{table}"' in one["sql"] and all(word in one["sql"] for word in words) for one in asked)

    assert times(SandDustDecision._meta.db_table) == 1  # of the air's means and of the rankings
    assert times(Area._meta.db_table, "LIKE '110105%'") == 1  # of the checks and of the rankings
    assert times(Point._meta.db_table, "LIKE '110105%'") == 1
    assert times(Point._meta.db_table, "LIMIT 1") == 0  # whether some are made up is known of those that were read
