"""The observation lake (观测数据湖): append-only tables of readings and their roll-ups; no Django."""

from lantian.lake.errors import BadRows, LakeBusy, LakeError, LakeFull
from lantian.lake.lake import Lake, RollUpReport
from lantian.lake.snapshots import Snapshot
from lantian.lake.streams import Stretch
from lantian.lake.upkeep import Upkeep, UpkeepReport

__all__ = [
    "BadRows",
    "Lake",
    "LakeBusy",
    "LakeError",
    "LakeFull",
    "RollUpReport",
    "Snapshot",
    "Stretch",
    "Upkeep",
    "UpkeepReport",
]
