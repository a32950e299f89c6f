"""Files that a command writes (输出文件): a folder that is not there is said in a sentence."""

from pathlib import Path

from lantian.kernel.errors import LantianError, Text


class OutputError(LantianError):
    """A file that cannot be written."""


def write_output(file: Path, content: bytes) -> None:
    """Write a file; raises OutputError."""
    try:
        file.write_bytes(content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(Text(f"不能写入“{file}”（{reason}）。", f"{file} cannot be written ({reason}).")) from error
