"""Vehicles by GB 17691 Annex Q and HJ 1239: every frame names its VIN; the terminal's frames have no answer."""

from lantian.gateway.intake import Intake
from lantian.gateway.listeners.connection import Connection
from lantian.gateway.registry import Device
from lantian.protocols.gb17691.frames import Fault, Frame, FrameReader


class Gb17691Connection(Connection[Frame]):
    """A vehicle, or a platform that passes on the frames of several."""

    family = "gb17691"

    def __init__(self, intake: Intake) -> None:
        self._frames = FrameReader()
        super().__init__(intake, self._frames)

    def frame(self, frame: Frame) -> None:
        """Keep what a known vehicle sent; damage only where the connection or the VIN names a known one."""
        vin = frame.vin.strip("\0 ").upper()
        found = self.intake.admit("gb17691", vin, self.address)
        if isinstance(found, Device):
            self.keep(found, frame.raw, frame.faults, _no_answer)
        elif frame.is_intact:
            self.turn_away(vin, found, frame.raw)
        elif self.device is None or len(self._devices) > 1 or Fault.NOT_THIS_PROTOCOL in frame.faults:
            self.drop(frame.faults)
        else:
            self.keep(self.device, frame.raw, frame.faults, _no_answer)

    def end_of_input(self) -> None:
        """Read on behind a frame that was cut short."""
        self._frames.end_of_input()


def _no_answer() -> None:
    """Say nothing: none is defined."""
