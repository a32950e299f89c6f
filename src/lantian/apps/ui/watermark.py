"""Whose screen and whose file it is (水印): on pages that show personal data, and at the foot of every export.

A page asks for its watermark by ``personal: True`` in its context; an export writes :func:`export_mark` as its footer.
"""

from datetime import datetime
from typing import Any

from lantian.apps.ui.formats import instant
from lantian.kernel.errors import Text


def export_mark(person: Any, at: datetime) -> Text:
    """Return the footer of an exported file or print: who took it, when.

    person: whoever is signed in; anything with ``name_zh``, ``name_en`` and ``get_username()``.
    """
    zh, en = person.name_zh, person.name_en or person.name_zh
    who, when = person.get_username(), instant(at)
    return Text(
        f"导出人 {zh}（{who}） {when} · 仅限工作使用，请勿外传",
        f"Exported by {en} ({who}) {when} · for official use only, do not pass on",
    )
