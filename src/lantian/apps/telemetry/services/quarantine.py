"""The quarantine (隔离区): devices that reported without being allowed to, kept until an administrator decides."""

from datetime import datetime

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import Device, UnknownDevice
from lantian.gateway.quarantine import Reason, Stranger

INACTIVE = "inactive"
"""The reason for a registered device that is suspended; the gateway cannot tell it from an unknown one."""

LARGEST = 10_000
"""Devices that the quarantine holds: names are free for anybody to invent, disk is not."""
SAMPLE_BYTES = 4096
KEY_LENGTH, PEER_LENGTH = 40, 60


@transaction.atomic
def note_unknown(turned: Stranger) -> bool:
    """Note that a device was turned away; False when the quarantine is full and does not know it.

    A registered but suspended device is noted as inactive. One that was refused stays refused; one that had been
    adopted and is turned away again is waiting once more.
    """
    key = turned.key.replace("\0", "")[:KEY_LENGTH]
    found = UnknownDevice.objects.select_for_update().filter(family=turned.family, key=key).first()
    if found is None and UnknownDevice.objects.count() >= LARGEST:
        return False
    found = found or UnknownDevice(family=turned.family, key=key, first_seen=turned.at)
    found.reason = _reason(turned)
    found.peer, found.sample = turned.peer[:PEER_LENGTH], turned.raw[:SAMPLE_BYTES]
    found.frames += turned.frames
    found.last_seen = turned.at
    if found.state == UnknownDevice.State.ADOPTED:
        found.state = UnknownDevice.State.WAITING
    found.save()
    return True


def _reason(turned: Stranger) -> str:
    suspended = Device.objects.filter(family=turned.family, key=turned.key, active=False)
    return INACTIVE if turned.reason is Reason.UNKNOWN and suspended.exists() else turned.reason


@transaction.atomic
def refuse_unknown(unknown: UnknownDevice, *, by: Person | None, at: datetime) -> None:
    """Decide that a device is none of ours; it goes on being turned away and is no longer shown as waiting."""
    unknown.state = UnknownDevice.State.REFUSED
    unknown.save(update_fields=["state"])
    record("device.refused", subject=unknown, actor=by, at=at, detail={"family": unknown.family, "key": unknown.key})
