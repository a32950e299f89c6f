"""The error family of procedures."""

from lantian.kernel.errors import LantianError


class WorkflowError(LantianError):
    """A date, amount or subject that does not fit the procedure."""
