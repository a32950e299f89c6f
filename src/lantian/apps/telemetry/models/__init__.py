"""What telemetry stores: points, devices and their links, imports, decisions, commands, what is pushed to the city."""

from lantian.apps.telemetry.models.air import (
    ObservationImport,
    Point,
    SandDustDecision,
    SignedInQuerySet,
)
from lantian.apps.telemetry.models.commands import Command
from lantian.apps.telemetry.models.devices import (
    Camera,
    Channel,
    Device,
    Instrument,
    MaintenanceWindow,
    Snapshot,
)
from lantian.apps.telemetry.models.links import IngestCursor, Latest, Link, LinkHour, UnknownDevice
from lantian.apps.telemetry.models.push import PushDay, PushTarget

__all__ = [
    "Camera",
    "Channel",
    "Command",
    "Device",
    "IngestCursor",
    "Instrument",
    "Latest",
    "Link",
    "LinkHour",
    "MaintenanceWindow",
    "ObservationImport",
    "Point",
    "PushDay",
    "PushTarget",
    "SandDustDecision",
    "SignedInQuerySet",
    "Snapshot",
    "UnknownDevice",
]
