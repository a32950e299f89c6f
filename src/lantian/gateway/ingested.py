"""What came out of a stretch of the spool (入库结果), for those who follow it: latest values, link quality, alarms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pyarrow as pa

from lantian.gateway.received import Received

FrameKind = Literal["data", "session", "answer", "bad"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame as understood.

    kind: data with readings or positions; session for login, heartbeat and the like; answer to a command; bad when it
    was kept as evidence and nothing else. code: the command or message (CN, 0x0200 …).
    sent_at: the device's clock when it sent (QN). data_time: the moment or the start of the period its data stand for.
    period_s: length of that period, 0 for a moment. values, valid: how many readings, and how many count.
    repaired: faults that were mended.
    """

    received: Received
    kind: FrameKind
    code: str = ""
    sent_at: datetime | None = None
    data_time: datetime | None = None
    period_s: int = 0
    values: int = 0
    valid: int = 0
    repaired: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ingested:
    """Frames ``first`` to ``last`` of a spool, now stored in the lake.

    readings: columns device, code (as sent), point, factor, period_s, start, value, flag, verdict, reason, frame, in
    order of arrival; positions and engine: the columns of their lake tables. known_at: the lake's receipt (UTC).
    """

    spool: str
    first: int
    last: int
    seen: Sequence[Seen]
    readings: pa.Table
    positions: pa.Table
    engine: pa.Table
    known_at: datetime
