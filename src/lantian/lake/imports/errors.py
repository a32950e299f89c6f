"""The error family of imports."""

from lantian.kernel.errors import Text
from lantian.lake.errors import LakeError


class ImportFileError(LakeError):
    """A file that cannot be read as a whole; rows that cannot be read are rejected one by one instead."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(Text(zh, en))
