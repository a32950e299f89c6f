"""What can be wrong with a plan's text."""

from lantian.kernel.errors import LantianError


class PlanTextError(LantianError):
    """A file from which no text can be read, or a text that is no plan."""
