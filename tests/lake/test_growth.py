"""Minute after minute of commits keeps files and log entries few."""

from datetime import timedelta
from pathlib import Path

from lantian.lake import Lake, Upkeep
from tests.lake.sample import LATER, MIDNIGHT, Reading, rows

MINUTES = 240


def test_hourly_and_daily_upkeep_bound_files_and_log_entries(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    table, log = lake.tables["readings"], tmp_path / "readings" / "_delta_log"
    most = 0
    for minute in range(MINUTES):
        received = MIDNIGHT + timedelta(minutes=minute + 1)
        lake.append_readings(rows([Reading(minute, 1.0, 60)]), received_at=received, source=f"spool#{minute}")
        if minute % 60 == 59:
            most = max(most, len(table.listing().files))
            lake.maintain(Upkeep(), now=received)
    assert most <= 61
    stored = table.listing().table
    assert stored is not None
    stored.alter.set_table_properties({"delta.logRetentionDuration": "interval 0 seconds"})
    lake.maintain(Upkeep(files_h=0), now=LATER, thorough=True)
    assert len(list(log.glob("*.json"))) <= 100
    assert len(table.listing().files) == 1
    assert Lake(tmp_path).coverage().column("readings").to_pylist() == [MINUTES]
