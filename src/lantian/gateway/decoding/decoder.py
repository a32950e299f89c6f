"""One decoder for the three families; it carries what must be remembered between frames."""

from collections.abc import Set

from lantian.gateway.decoding import gb17691, hj212, jt808
from lantian.gateway.decoding.memory import Memory
from lantian.gateway.decoding.rows import Decoded
from lantian.gateway.received import Received
from lantian.gateway.registry import Device

NORMAL_ONLY: Set[str] = frozenset({"N"})


class Decoder:
    """Decode frames in the order of their numbers.

    usable: data flags of HJ 212 whose values count (the pack's ``data_flag`` records).
    """

    def __init__(self, usable: Set[str] = NORMAL_ONLY, memory: Memory | None = None) -> None:
        self.usable = usable
        self.memory = Memory() if memory is None else memory

    def decode(self, received: Received, device: Device) -> Decoded:
        """Return what a frame of a device says, as rows for the lake."""
        if device.family == "hj212":
            return hj212.decode(received, device, self.memory, self.usable)
        return gb17691.decode(received, device) if device.family == "gb17691" else jt808.decode(received, device)
