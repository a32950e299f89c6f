"""What the services of the alarms refuse."""

from lantian.kernel.errors import LantianError


class AlarmError(LantianError):
    """An act on an alarm that cannot be done."""
