"""The error family of air-quality arithmetic."""

from lantian.kernel.errors import LantianError


class AirQualityError(LantianError):
    """A concentration, item, period or rule that does not fit the calculation."""
