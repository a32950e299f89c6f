"""Send one message by its channel's kind; whatever goes wrong becomes an answer, never an exception."""

import ssl
from functools import lru_cache

import httpx
from django.conf import settings

from lantian.apps.notices.senders.calls import Call, answer_of, call_of
from lantian.apps.notices.senders.guard import Refused, Target, target
from lantian.apps.notices.senders.mail import send_mail
from lantian.apps.notices.senders.outgoing import Answer, Outgoing
from lantian.kernel.errors import LantianError

_LONGEST_ANSWER = 64 * 1024
_OURS = {"User-Agent": "Lantian", "Accept-Encoding": "identity"}


def named_hosts() -> frozenset[str]:
    """Return the hosts that the settings allow beside public ones by https."""
    return frozenset(settings.NOTICE_HOSTS)


def send(out: Outgoing, timeout_s: float) -> Answer:
    """Send a message and return what the receiver said."""
    if out.kind == "email":
        return send_mail(out, named=named_hosts(), timeout_s=timeout_s)
    try:
        call = call_of(out)
        goal = target(call.url, named=named_hosts(), vendor=out.hosts, proxy=bool(settings.NOTICE_PROXY))
        status, body = _called(call, goal, timeout_s)
    except Refused as error:
        return Answer(False, error.text.in_language("zh"), final=True)
    except LantianError as error:
        return Answer(False, error.text.in_language("zh"))
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Answer(False, _without_secrets(f"{type(error).__name__}: {error}", error))
    return answer_of(out, status, body)


def _without_secrets(text: str, error: Exception) -> str:
    """The words of an error; one that quotes an address would show the robot's key."""
    return type(error).__name__ if "://" in text or "?" in text else text


def _called(call: Call, goal: Target, timeout_s: float) -> tuple[int, bytes]:
    """Call the checked address, or a public one through the proxy; follows no redirect, which would pass the check."""
    proxy = settings.NOTICE_PROXY if goal.by_proxy else None
    with httpx.Client(
        timeout=timeout_s, trust_env=False, follow_redirects=False, verify=_trust(), proxy=proxy
    ) as client:
        request = client.build_request(
            call.method,
            goal.connect_url,
            content=call.body,
            headers={**call.headers, "Host": goal.host_header, **_OURS},
            extensions={"sni_hostname": goal.host} if goal.parts.scheme == "https" else {},
        )
        answer = client.send(request, stream=True)
        try:
            return answer.status_code, _read(answer)
        finally:
            answer.close()


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Whom we trust: the machine's own authorities, among them the office's, and the well-known ones."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _read(answer: httpx.Response) -> bytes:
    found = b""
    for part in answer.iter_raw():
        found += part
        if len(found) > _LONGEST_ANSWER:
            break
    return found[:_LONGEST_ANSWER]
