"""What makes a row a signed paper (签发): its number, its bytes as DOCX and PDF under their hashes, its faces."""

import hashlib
from datetime import datetime
from pathlib import Path

from django.conf import settings

from lantian.apps.assessment.models import Bulletin, BulletinCounter
from lantian.apps.assessment.models.bulletins import SignedPaper
from lantian.apps.ledger.services.attachments import write_file
from lantian.apps.ui.official.document import Official
from lantian.apps.ui.official.docx import links_in, to_docx
from lantian.apps.ui.official.faces import substituted
from lantian.apps.ui.official.pdf import to_pdf
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.errors import LantianError, Text


class PaperError(LantianError):
    """A paper that departs from the standard, or whose bytes are gone or changed."""


def next_number(word: str, year: int) -> str:
    """Take the next number; the counter's row stays locked until the paper is signed, so that none is lost."""
    BulletinCounter.objects.get_or_create(word=word, year=year)
    counter = BulletinCounter.objects.select_for_update().get(word=word, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{word}〔{year}〕{counter.last}号"


def coming_number(word: str, year: int, at: datetime | None = None) -> str:
    """Return the number that a draft would get now, which is not taken; at: looking back, would have got then."""
    counter = BulletinCounter.objects.filter(word=word, year=year).first()
    taken = counter.last if counter else 0
    if at is not None:
        taken -= Bulletin.objects.filter(number__startswith=f"{word}〔{year}〕", signed_at__gt=at).count()
    return f"{word}〔{year}〕{taken + 1}号"


def freeze(held: SignedPaper, paper: Official, folder: str) -> None:
    """Keep the paper's bytes with a row that is not stored yet; raises PaperError where it departs from GB/T 9704."""
    docx = to_docx(paper)
    if problems := check_docx(docx):
        raise PaperError(problems[0])
    held.docx, held.docx_sha256 = store(docx, "docx", folder)
    held.pdf, held.pdf_sha256 = store(to_pdf(paper), "pdf", folder)
    held.faces = [[one.zh, one.en] for one in substituted()]


def store(content: bytes, suffix: str, folder: str) -> tuple[str, str]:
    """Keep bytes under their hash; return path and hash."""
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(digest, suffix, folder)
    write_file(Path(settings.DATA_DIR) / path, content)
    return path, digest


def path_of(digest: str, suffix: str, folder: str) -> str:
    """Return where bytes are kept under their hash.

    >>> path_of("ab12", "pdf", "bulletins")
    'bulletins/ab/ab12.pdf'
    """
    return f"{folder}/{digest[:2]}/{digest}.{suffix}"


def site_in(docx: bytes) -> str:
    """Return the address of the pages by which kept bytes were set, whatever the settings say by now; "" for none."""
    return next((one.partition("/assessment/")[0] for one in links_in(docx)), "")


def set_again(held: SignedPaper, paper: Official) -> bool:
    """Tell whether a paper, set anew, has the bytes that were kept as DOCX."""
    return hashlib.sha256(to_docx(paper)).hexdigest() == held.docx_sha256


def content_of(held: SignedPaper, suffix: str) -> bytes:
    """Return the signed bytes; raises PaperError when they are gone or were changed."""
    return content_at(*held.file_of(suffix))


def content_at(path: str, digest: str) -> bytes:
    """Return a file that is kept under its hash; raises PaperError when it is gone or was changed."""
    file = Path(settings.DATA_DIR) / path
    content = file.read_bytes() if path and file.is_file() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise PaperError(
            Text("文件不在或已被改动，与登记的校验值不符。", "The file is gone or was changed: its hash does not fit.")
        )
    return content
