"""The error family of the lake."""

from lantian.kernel.errors import LantianError


class LakeError(LantianError):
    """Something about the observation lake (观测数据湖) that its user can mend."""


class LakeBusy(LakeError):
    """Another process writes; the text names it."""


class LakeFull(LakeError):
    """The disk (or a quota on it) is full; nothing of the refused rows was stored."""


class BadRows(LakeError):
    """Rows that do not have the shape of the table."""
