"""Instruments behind devices (监测仪器) and their calibrations, each on record."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import Device, Instrument
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of


class InstrumentError(LantianError):
    """An instrument or a calibration that cannot be as said."""


@dataclass(frozen=True)
class NewInstrument:
    """An instrument: what it is called, who made it, its type and serial number."""

    name: str
    maker: str = ""
    model: str = ""
    serial: str = ""


@transaction.atomic
def add_instrument(device: Device, new: NewInstrument, *, by: Person | None, at: datetime) -> Instrument:
    """Note that a device has an instrument; raises InstrumentError without a name."""
    if not new.name.strip():
        raise InstrumentError(Text("请填写仪器名称。", "Give the instrument a name."))
    instrument = Instrument.objects.create(
        device=device, name=new.name.strip(), maker=new.maker, model=new.model, serial=new.serial
    )
    detail = {"device": device.pk, "name": instrument.name, "model": new.model, "serial": new.serial}
    record("instrument.added", subject=instrument, actor=by, at=at, detail=detail)
    return instrument


@transaction.atomic
def calibrate_instrument(instrument: Instrument, on: date, due: date, *, by: Person | None, at: datetime) -> None:
    """Note a calibration and when the next one is due; raises InstrumentError on days out of order."""
    if on > day_of(at):
        raise InstrumentError(Text(f"校准日期 {on} 在今天之后。", f"The calibration on {on} lies ahead."))
    if due <= on:
        raise InstrumentError(
            Text(f"下次校准 {due} 应晚于 {on}。", f"The next calibration, {due}, must come after {on}.")
        )
    before = instrument.calibrated_on
    instrument.calibrated_on, instrument.calibration_due = on, due
    instrument.save(update_fields=["calibrated_on", "calibration_due"])
    detail = {"on": on.isoformat(), "due": due.isoformat(), "before": before and before.isoformat()}
    record("instrument.calibrated", subject=instrument, actor=by, at=at, detail=detail)


@transaction.atomic
def remove_instrument(instrument: Instrument, *, reason: str, by: Person | None, at: datetime) -> None:
    """Take an instrument off its device, with a reason."""
    if not reason.strip():
        raise InstrumentError(Text("请写明拆除理由。", "Say why the instrument is taken off."))
    detail = {"device": instrument.device_id, "name": instrument.name, "serial": instrument.serial}
    record("instrument.removed", subject=instrument, actor=by, at=at, detail={**detail, "reason": reason.strip()})
    instrument.delete()
