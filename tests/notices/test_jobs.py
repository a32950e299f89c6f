"""The jobs of each minute: every watcher looks, and what is due is sent, one round at a time."""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.notices import hooks, jobs
from lantian.apps.notices.models import Channel, Delivery
from lantian.apps.notices.services import tell
from tests.notices.fakes import mail_server
from tests.notices.test_delivering import STEP

pytestmark = pytest.mark.django_db


def test_a_watcher_that_breaks_keeps_no_other_from_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[datetime] = []

    def breaks(_now: datetime) -> None:
        raise LookupError

    monkeypatch.setattr(hooks, "watchers", [breaks, looked.append])
    jobs.watch.call_local()
    assert len(looked) == 1


def test_the_watchers_of_all_apps_are_joined() -> None:
    names = [getattr(watcher, "__name__", "") for watcher in hooks.watchers]
    assert {"tell_of_clocks", "tell_of_alarms", "tell_of_expiries"} <= set(names)


def test_what_is_due_is_sent_and_a_second_round_does_not_begin_beside_the_first(
    person: Callable[..., Person], mail: Callable[..., Channel], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[bool] = []  # a round beside the worker closes the connection of its thread, which here is the test's
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)
    monkeypatch.setattr(jobs, "connection", SimpleNamespace(close=lambda: closed.append(True)))
    with mail_server() as server:
        mail(server.port)
        lan = person("lan")
        tell(lan, "case-overdue", STEP | {"level": "x"}, link="/", key="a", at=datetime.fromisoformat("2026-11-26T04Z"))
        with jobs._sending:
            jobs._send_alone()
        assert Delivery.objects.get().state == "queued"
        jobs._send_alone()
        assert (Delivery.objects.get().state, closed) == ("sent", [True])
        jobs.send_now.call_local()
        jobs.tidy.call_local()
    assert len(server.mails) == 1
