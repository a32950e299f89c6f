"""The error family of reduction arithmetic."""

from lantian.kernel.errors import LantianError


class ReductionError(LantianError):
    """A forecast, level or emission that does not fit the calculation."""
