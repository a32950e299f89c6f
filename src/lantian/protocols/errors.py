"""The errors of the protocol families: what was found in a frame and what its standard expects."""

from lantian.kernel.errors import LantianError


class ProtocolError(LantianError):
    """A frame (报文) that its standard does not allow."""
