"""Whether a message with faults is accepted: strictly by the standard, or with the repairs that a device is allowed.

Most faults harm nothing: what was sent is plain in spite of them, they are recorded and that is all. With damage of the
envelope (``faults.DAMAGE``) the content is not proved, and only the device's own list of tolerated faults makes the
repair count. What no repair can prove, or what no confirmed text explains, is refused for every device.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lantian.protocols.hj212.faults import DAMAGE, TOLERABLE, UNCONFIRMED, Fault


@dataclass(frozen=True, slots=True)
class Judgement:
    """repaired: faults mended because the device is allowed them. refused: those that keep the message out."""

    repaired: tuple[Fault, ...] = ()
    refused: tuple[Fault, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Whether the message's data count."""
        return not self.refused


def judge(faults: Iterable[Fault], tolerated: Collection[str]) -> Judgement:
    """Judge a message by its faults and the names of those that its device is allowed.

    >>> judge([Fault.NO_TAIL, Fault.CRC_MODBUS], {"crc-modbus"})
    Judgement(repaired=(<Fault.CRC_MODBUS: 'crc-modbus'>,), refused=())
    >>> judge([Fault.NO_TAIL, Fault.CRC_MODBUS], ()).is_accepted
    False
    """
    harmful = [fault for fault in dict.fromkeys(faults) if fault in DAMAGE or fault in UNCONFIRMED]
    allowed = {fault for fault in harmful if fault in tolerated and fault in TOLERABLE}
    return Judgement(
        tuple(fault for fault in harmful if fault in allowed), tuple(fault for fault in harmful if fault not in allowed)
    )
