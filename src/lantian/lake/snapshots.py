"""Snapshots (快照): a short name for what the lake knew at a moment, to print beside every number."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lantian.kernel.instants import BEIJING


@dataclass(frozen=True)
class Snapshot:
    """The state of the lake that an answer was read from.

    id: ``S-20201123-1000-3f2a``: Beijing date and time of ``at`` and four digits that tell states apart.
    at: the newest receipt it holds, or the moment that was asked for (UTC).
    versions: version of each table, -1 where it is not there yet.
    """

    id: str
    at: datetime
    versions: Mapping[str, int]


def snapshot_id(at: datetime, state: str) -> str:
    """Return the name of a state seen at a moment.

    >>> from datetime import UTC
    >>> snapshot_id(datetime(2020, 11, 23, 2, tzinfo=UTC), "")
    'S-20201123-1000-e3b0'
    """
    digest = hashlib.sha256(state.encode()).hexdigest()[:4]
    return f"S-{at.astimezone(BEIJING):%Y%m%d-%H%M}-{digest}"
