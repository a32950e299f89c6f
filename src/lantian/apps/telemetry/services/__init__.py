"""Writes of telemetry: points from the pack, imports, demonstration data, sand-dust decisions."""

from lantian.apps.telemetry.services.demo import DemoReport, fill_demo
from lantian.apps.telemetry.services.imports import (
    ImportRequest,
    import_file,
    queue_import,
    request_of,
    run_import,
)
from lantian.apps.telemetry.services.points import read_point_map, remove_synthetic, sync_points
from lantian.apps.telemetry.services.sand_dust import SandDust, decide_sand_dust

__all__ = [
    "DemoReport",
    "ImportRequest",
    "SandDust",
    "decide_sand_dust",
    "fill_demo",
    "import_file",
    "queue_import",
    "read_point_map",
    "remove_synthetic",
    "request_of",
    "run_import",
    "sync_points",
]
