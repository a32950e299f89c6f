"""To the platform above as JSON over HTTP: batches with an idempotency key, so that a repeated one counts once.

``POST`` of ``{"values": [{point, kind, mn, factor, unit, period_s, start, value, flag, synthetic}]}``. The key is the
digest of the body: the same values sent again have the same key. 2xx confirms; its body may name what it refuses as
``{"refused": [{"index": 0, "reason": "…"}]}``. 400 and 422 refuse the batch; anything else is tried again later, after
``Retry-After`` where that is given.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

import httpx

from lantian.gateway.push.values import Outcome, PushedValue
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING

BATCH = 500
"""Values in one request."""
_REFUSALS = frozenset({400, 422})


class JsonLink:
    """A connection to a platform above that takes JSON.

    url: where values go; secret: the bearer token, empty for none. clock: gives now. transport: for tests.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        clock: Callable[[], datetime],
        batch: int = BATCH,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._url = url
        self._clock = clock
        self._batch = batch
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self._client = httpx.Client(headers=headers, timeout=10, transport=transport)

    def send(self, values: Sequence[PushedValue]) -> Outcome:
        """Send values batch by batch and stop at the first that is not taken; see :class:`Sender`."""
        confirmed: set[int] = set()
        refused: dict[int, str] = {}
        for start in range(0, len(values), self._batch):
            found = self._post(values[start : start + self._batch])
            confirmed |= {start + place for place in found.confirmed}
            refused |= {start + place: reason for place, reason in found.refused.items()}
            if found.error is not None:
                return Outcome(frozenset(confirmed), refused, found.error, found.retry_after_s)
        return Outcome(frozenset(confirmed), refused)

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def _post(self, batch: Sequence[PushedValue]) -> Outcome:
        body = json.dumps({"values": [_json(value) for value in batch]}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": sha256(body).hexdigest()}
        try:
            response = self._client.post(self._url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Outcome(error=_unreachable(self._url, str(error) or type(error).__name__))
        if response.is_success:
            refused = _refused(response, len(batch))
            return Outcome(frozenset(range(len(batch))) - refused.keys(), refused)
        if response.status_code in _REFUSALS:
            return Outcome(refused=dict.fromkeys(range(len(batch)), f"HTTP {response.status_code}"))
        wait = _retry_after(response.headers.get("Retry-After"), self._clock())
        return Outcome(error=_unreachable(self._url, f"HTTP {response.status_code}"), retry_after_s=wait)


def _json(value: PushedValue) -> dict[str, Any]:
    return {
        "point": value.point,
        "kind": value.kind,
        "mn": value.key,
        "factor": value.factor,
        "unit": value.unit,
        "period_s": value.period_s,
        "start": value.start.astimezone(BEIJING).isoformat(),
        "value": value.value,
        "flag": value.flag,
        "synthetic": value.synthetic,
    }


def _unreachable(url: str, reason: str) -> Text:
    return Text(f"上级平台 {url} 未接收：{reason}", f"{url} does not take the data: {reason}")


def _refused(response: httpx.Response, size: int) -> dict[int, str]:
    """Return what an answer names as refused; one that is not of the known shape names nothing."""
    try:
        named = response.json()["refused"]
        found = {int(each["index"]): str(each.get("reason", "")) for each in named}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
    return {place: reason for place, reason in found.items() if 0 <= place < size}


def _retry_after(text: str | None, now: datetime) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, given as seconds or as a date (RFC 9110, 10.2.3)."""
    if text is None:
        return None
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds(), 0.0)
