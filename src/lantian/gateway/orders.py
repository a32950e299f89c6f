"""Commands on their way to devices (反控命令), as the gateway takes them up and reports on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

OrderState = Literal["sent", "accepted", "done", "refused", "failed", "timed-out"]


@dataclass(frozen=True, slots=True)
class Order:
    """A command to send before ``expires_at``; id: of the record store; code, parameters: of the protocol."""

    id: int
    device: str
    code: str
    parameters: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OrderReport:
    """What became of a command.

    attempts: how often it was sent so far. qn: its request number. answer, result: QnRtn and ExeRtn, or what the
    protocol has instead. reply: values that the device sent back; those of several reports add up.
    """

    id: int
    state: OrderState
    at: datetime
    attempts: int | None = None
    qn: str = ""
    answer: str = ""
    result: str = ""
    reply: Mapping[str, str] = field(default_factory=dict)
