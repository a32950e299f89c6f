"""Files that a command writes (输出文件): whole or not at all; a folder that is not there is said in a sentence."""

from pathlib import Path

from lantian.kernel.errors import LantianError, Text


class OutputError(LantianError):
    """A file that cannot be written."""


def write_output(file: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that whoever stops us leaves none half-written.

    What is no plain file, such as a pipe, is written to as it stands. Raises OutputError.
    """
    place = file.resolve()
    try:
        if place.exists() and not place.is_file():
            file.write_bytes(content)
            return
        _moved(place.with_name(f".{place.name}.part"), place, content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(Text(f"不能写入“{file}”（{reason}）。", f"{file} cannot be written ({reason}).")) from error


def _moved(part: Path, place: Path, content: bytes) -> None:
    try:
        part.write_bytes(content)
        part.replace(place)
    except OSError:
        part.unlink(missing_ok=True)
        raise
