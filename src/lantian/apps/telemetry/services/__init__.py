"""Writes of telemetry: points, imports, demonstration data, sand-dust decisions; devices, their links and commands."""

from lantian.apps.telemetry.services.commands import (
    CommandError,
    cancel_command,
    fetch_commands,
    queue_command,
    report_command,
)
from lantian.apps.telemetry.services.demo import DemoReport, fill_demo
from lantian.apps.telemetry.services.imports import (
    ImportRequest,
    import_file,
    queue_import,
    request_of,
    run_import,
)
from lantian.apps.telemetry.services.ingest import ingest, ingest_cursor
from lantian.apps.telemetry.services.points import read_point_map, remove_synthetic, sync_points
from lantian.apps.telemetry.services.quarantine import Turned, note_unknown, refuse_unknown
from lantian.apps.telemetry.services.registry import load_registry, registry_version
from lantian.apps.telemetry.services.sand_dust import SandDust, decide_sand_dust

__all__ = [
    "CommandError",
    "DemoReport",
    "ImportRequest",
    "SandDust",
    "Turned",
    "cancel_command",
    "decide_sand_dust",
    "fetch_commands",
    "fill_demo",
    "import_file",
    "ingest",
    "ingest_cursor",
    "load_registry",
    "note_unknown",
    "queue_command",
    "queue_import",
    "read_point_map",
    "refuse_unknown",
    "registry_version",
    "remove_synthetic",
    "report_command",
    "request_of",
    "run_import",
    "sync_points",
]
