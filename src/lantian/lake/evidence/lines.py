"""How evidence is written: one record a line, JSON in one form only, so that every byte of a line is meant.

A line is UTF-8 JSON with sorted keys and no blanks. Its leaf in the tree is SHA-256 over a zero byte and the line
without its end. A line that is not written so has been changed, even where it reads the same.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Document = Mapping[str, Any]


def written(document: Document) -> bytes:
    """Return a document as one line, without its end.

    >>> written({"seq": 1, "raw": "2323"})
    b'{"raw":"2323","seq":1}'
    """
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(line: bytes) -> dict[str, Any] | None:
    """Return the document of a line; None where it is not exactly as :func:`written` writes it."""
    try:
        found = json.loads(line)
        return found if isinstance(found, dict) and written(found) == line else None
    except ValueError:
        return None


def frame_line(row: Document) -> bytes:
    """Return the line of a frame: a row of the lake's table ``frames``."""
    return written(
        {
            "device": row["device"],
            "family": row["family"],
            "peer": row["peer"],
            "raw": row["raw"].hex(),
            "received_at": moment(row["received_at"]),
            "seq": row["seq"],
            "spool": row["spool"],
            "verdict": row["verdict"],
        }
    )


def moment(instant: datetime) -> str:
    """Return an instant as evidence writes it: UTC, to the microsecond."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
