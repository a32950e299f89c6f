"""E-mail by SMTP (电子邮件): Django's backend, one connection a message, with a time limit."""

import smtplib
from contextlib import suppress
from email.utils import format_datetime

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from lantian.apps.notices.senders.guard import Refused, checked_address
from lantian.apps.notices.senders.outgoing import Answer, Outgoing

_NEVER = range(500, 600)
"""SMTP's permanent refusals (RFC 5321, 4.2.1)."""


def send_mail(out: Outgoing, *, named: frozenset[str], timeout_s: float) -> Answer:
    """Send an e-mail; what the server says becomes the answer."""
    host, port = out.options["host"], int(out.options["port"])
    try:
        checked_address(host, port, named=named)
        _deliver(_backend(out, host, port, timeout_s), _written(out))
    except Refused as error:
        return Answer(False, error.text.in_language("zh"), final=True)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        return _refused(code, said)
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        return _refused(error.smtp_code, error.smtp_error)
    except smtplib.SMTPResponseException as error:
        return Answer(False, f"{error.smtp_code} {_words(error.smtp_error)}")
    except (smtplib.SMTPException, OSError) as error:
        return Answer(False, f"{type(error).__name__}: {error}")
    return Answer(True, "SMTP 250")


def _deliver(backend: EmailBackend, mail: EmailMessage) -> None:
    """Send a message; what goes wrong while the line is closed afterwards does not undo that it was taken."""
    try:
        backend.open()
        backend.send_messages([mail])
    finally:
        with suppress(smtplib.SMTPException, OSError):
            backend.close()


def _backend(out: Outgoing, host: str, port: int, timeout_s: float) -> EmailBackend:
    security = out.options.get("security", "")
    return EmailBackend(
        host=host,
        port=port,
        username=out.options.get("username", ""),
        password=out.secrets.get("password", ""),
        use_tls=security == "starttls",
        use_ssl=security == "tls",
        timeout=max(1, round(timeout_s)),
    )


def _written(out: Outgoing) -> EmailMessage:
    """The e-mail; its Message-ID is the same at each try, so that a mail server or reader knows a second copy."""
    sender = out.options["sender"]
    domain = sender.rpartition("@")[2].strip("<> ") or "localhost"
    headers = {
        "Message-ID": f"<{out.token}@{domain}>",
        "Date": format_datetime(out.at),
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(out.subject, out.body, sender, [out.address], headers=headers)


def _refused(code: int, said: bytes | str) -> Answer:
    return Answer(False, f"{code} {_words(said)}", final=code in _NEVER)


def _words(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
