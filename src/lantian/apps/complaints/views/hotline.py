"""The hotlines' interface (接口): JSON in and out, a token for each system, once for each order."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lantian.apps.complaints.models import Complaint, HotlineClient
from lantian.apps.complaints.selectors.lines import Line
from lantian.apps.complaints.services import ComplaintError, NewComplaint, client_of, take_in
from lantian.apps.complaints.services.intake import LONGEST, known_order
from lantian.apps.complaints.views.asked import too_many
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING

LARGEST = 64 * 1024
"""Bytes of a message."""
WRONG_MOST, WRONG_SECONDS = 30, 60
"""Wrong tokens from one address in a minute."""


class Position(BaseModel):
    """Where, in degrees."""

    model_config = ConfigDict(extra="forbid")

    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)
    datum: str = Field("wgs84", pattern="^(wgs84|gcj02|bd09)$")


class Reporter(BaseModel):
    """Who reported; kept sealed."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=20)


class Order(BaseModel):
    """A hotline's order. Times carry their offset."""

    model_config = ConfigDict(extra="forbid")

    order_number: str = Field(min_length=1, max_length=60)
    text: str = Field(min_length=1, max_length=LONGEST)
    place: str = Field("", max_length=200)
    street: str = Field("", max_length=40)
    position: Position | None = None
    topic: str = Field("", max_length=40)
    happened_at: datetime | None = None
    received_at: datetime | None = None
    reporter: Reporter | None = None
    wants_reward: bool = False


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def orders(request: PageRequest) -> HttpResponse:
    """Take an order in: 201 when it is new, 200 with the same answer when it is known."""
    client = _client(request)
    if isinstance(client, HttpResponse):
        return client
    read = _read(request)
    if isinstance(read, HttpResponse):
        return read
    try:
        taken = take_in(_new(read, client), by=None, at=request.as_of.now)
    except ComplaintError as error:
        return _wrong(400, error.field, error.text)
    return _answer(request, taken.complaint, 201 if taken.fresh else 200)


@login_not_required
@never_cache
@require_GET
def order(request: PageRequest, order_number: str) -> HttpResponse:
    """Tell a hotline's system how its order stands, and the reply."""
    client = _client(request)
    if isinstance(client, HttpResponse):
        return client
    found = known_order(client.channel, order_number)
    if found is None:
        return _wrong(404, "order_number", Text("没有此工单。", "There is no such order."))
    return _answer(request, found, 200)


def _client(request: PageRequest) -> HotlineClient | HttpResponse:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    found = client_of(token.strip(), at=request.as_of.now) if kind.lower() == "bearer" else None
    if found:
        return found
    if too_many(request, "wrong-token", WRONG_MOST, WRONG_SECONDS):
        return _wrong(429, "", Text("令牌错误过多，请稍后再试。", "Too many wrong tokens; try again later."))
    response = _wrong(401, "Authorization", Text("令牌不对或已停用。", "The token is wrong or was revoked."))
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _read(request: PageRequest) -> Order | HttpResponse:
    if request.content_type != "application/json":
        return _wrong(415, "Content-Type", Text("应为 application/json。", "Send application/json."))
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return _wrong(413, "", Text("消息过大。", "The message is too large."))
    try:
        return Order.model_validate(json.loads(request.body))
    except (json.JSONDecodeError, UnicodeDecodeError):
        return _wrong(400, "", Text("不是 JSON。", "This is no JSON."))
    except ValidationError as error:
        found = [_problem(one) for one in error.errors(include_input=False, include_url=False, include_context=False)]
        return JsonResponse({"errors": found}, status=400, json_dumps_params={"ensure_ascii": False})


def _problem(error: Mapping[str, Any]) -> dict[str, str]:
    field = ".".join(str(part) for part in error["loc"])
    return {"field": field, "zh": f"“{field}”不对", "en": str(error["msg"])}


def _new(read: Order, client: HotlineClient) -> NewComplaint:
    spot, who = read.position, read.reporter or Reporter(name="", phone="")
    for name in ("happened_at", "received_at"):
        moment = getattr(read, name)
        if moment is not None and moment.tzinfo is None:
            raise ComplaintError(Text("时间须带时区。", "A time needs its offset, such as +08:00."), name)
    return NewComplaint(
        channel=client.channel, order_number=read.order_number, text=read.text, place=read.place, street=read.street,
        longitude=spot.longitude if spot else None, latitude=spot.latitude if spot else None,
        datum=spot.datum if spot else "wgs84", topic=read.topic, happened_at=read.happened_at,
        received_at=read.received_at, name=who.name, phone=who.phone, wants_reward=read.wants_reward,
    )  # fmt: skip


def _answer(request: PageRequest, complaint: Complaint, status: int) -> HttpResponse:
    line = Line(complaint, request.as_of.now)
    body = {
        "number": complaint.number, "order_number": complaint.order_number, "code": complaint.code,
        "status_page": reverse("complaints:public-status", args=[complaint.code]),
        "topic": complaint.topic, "time_class": complaint.time_class, "street": complaint.area_code,
        "accept_due": _told(complaint.accept_due_at), "reply_due": _told(complaint.due_at),
        "state": complaint.state, "state_zh": line.state.zh, "state_en": line.state.en,
        "duplicate_of": complaint.duplicate_of.number if complaint.duplicate_of else None,
        "replied_at": _told(complaint.replied_at) if complaint.replied_at else None,
        "reply": complaint.reply or complaint.refusal or None,
    }  # fmt: skip
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def _told(moment: datetime) -> str:
    return moment.astimezone(BEIJING).isoformat()


def _wrong(status: int, field: str, text: Text) -> HttpResponse:
    body = {"errors": [{"field": field, "zh": text.zh, "en": text.en}]}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
