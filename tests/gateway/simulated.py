"""A simulated district for tests: the pack's streets, a few devices of each kind, and their register."""

from datetime import UTC, datetime
from functools import cache
from typing import cast

from lantian.gateway.registry import Channel, Device, Family
from lantian.gateway.simulators.district import SEED, District, Member, district
from lantian.gateway.simulators.hj212 import REAL_TIME
from lantian.gateway.simulators.instruments import Instruments
from lantian.gateway.simulators.world import World
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack

PACK = "cn-110105-2018"
SECRET = "only for tests, fifty characters long, never used elsewhere"
FEW = {"station": 2, "micro": 4, "dust": 4, "stack": 4, "voc": 1, "fume": 1, "heavy-diesel": 2, "truck": 3}
NOON = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
"""12:00 in Beijing on a Thursday."""


@cache
def pack() -> Pack:
    return load_pack(PACK)


@cache
def few() -> District:
    return district(pack(), FEW, SECRET)


@cache
def instruments() -> Instruments:
    return Instruments(World(few().sites, seed=SEED, last_year=2026), few())


def member(device: str) -> Member:
    return next(one for one in few().members if one.id == device)


def registered(one: Member) -> Device:
    """Return a member as the register knows it."""
    channels = {
        channel.code: Channel(channel.code, channel.factor or channel.code, one.point, channel.unit)
        for channel in few().kinds[one.kind].channels
    }
    period_s = few().kinds[one.kind].interval_s if one.kind in REAL_TIME else 0
    return Device(
        one.id,
        cast("Family", one.family),
        one.key,
        secret=one.secret or None,
        channels=channels,
        period_s=period_s,
        point=one.point,
    )
