"""Writes of telemetry: points, imports, demonstration data, sand-dust decisions; devices, their links and commands."""

from lantian.apps.telemetry.services.cameras import snapshot_file, take_snapshot
from lantian.apps.telemetry.services.channels import DeviceError, NewChannel, put_channel, remove_channel
from lantian.apps.telemetry.services.commands import (
    CommandError,
    cancel_command,
    fetch_commands,
    queue_command,
    report_command,
)
from lantian.apps.telemetry.services.courses import Course, CourseError, as_geojson, read_line, set_course
from lantian.apps.telemetry.services.demo import DemoReport, fill_demo
from lantian.apps.telemetry.services.device_files import (
    DeviceFileError,
    DeviceImport,
    device_template,
    import_devices,
)
from lantian.apps.telemetry.services.devices import (
    NewDevice,
    adopt,
    change_device,
    change_secret,
    register_device,
    resume_device,
    suspend_device,
)
from lantian.apps.telemetry.services.imports import (
    ImportRequest,
    import_file,
    queue_import,
    request_of,
    run_import,
)
from lantian.apps.telemetry.services.ingest import ingest, ingest_cursor
from lantian.apps.telemetry.services.instruments import (
    NewInstrument,
    add_instrument,
    calibrate_instrument,
    remove_instrument,
)
from lantian.apps.telemetry.services.links import forget_link_hours
from lantian.apps.telemetry.services.maintenance import (
    NewWindow,
    WindowError,
    declare_window,
    end_window,
    maintenance_rule,
)
from lantian.apps.telemetry.services.points import link_point, read_point_map, remove_synthetic, sync_points
from lantian.apps.telemetry.services.push_targets import (
    NewTarget,
    PushError,
    PushRow,
    push_report,
    put_target,
    switch_target,
)
from lantian.apps.telemetry.services.quarantine import note_unknown, refuse_unknown
from lantian.apps.telemetry.services.registry import load_registry, registry_version
from lantian.apps.telemetry.services.sand_dust import SandDust, decide_sand_dust

__all__ = [
    "CommandError",
    "Course",
    "CourseError",
    "DemoReport",
    "DeviceError",
    "DeviceFileError",
    "DeviceImport",
    "ImportRequest",
    "NewChannel",
    "NewDevice",
    "NewInstrument",
    "NewTarget",
    "NewWindow",
    "PushError",
    "PushRow",
    "SandDust",
    "WindowError",
    "add_instrument",
    "adopt",
    "as_geojson",
    "calibrate_instrument",
    "cancel_command",
    "change_device",
    "change_secret",
    "decide_sand_dust",
    "declare_window",
    "device_template",
    "end_window",
    "fetch_commands",
    "fill_demo",
    "forget_link_hours",
    "import_devices",
    "import_file",
    "ingest",
    "ingest_cursor",
    "link_point",
    "load_registry",
    "maintenance_rule",
    "note_unknown",
    "push_report",
    "put_channel",
    "put_target",
    "queue_command",
    "queue_import",
    "read_line",
    "read_point_map",
    "refuse_unknown",
    "register_device",
    "registry_version",
    "remove_channel",
    "remove_instrument",
    "remove_synthetic",
    "report_command",
    "request_of",
    "resume_device",
    "run_import",
    "set_course",
    "snapshot_file",
    "suspend_device",
    "switch_target",
    "sync_points",
    "take_snapshot",
]
