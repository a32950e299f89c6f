"""The pages of the ledgers over a small district whose figures are known by hand."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.audit.models import Entry
from lantian.apps.ledger import duties
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Attachment, ChangeNotice, SavedView, Source, Subscription
from lantian.apps.ledger.services import change_source, create_source
from lantian.apps.ledger.services.sources import Values
from tests.ledger.conftest import AT, square

pytestmark = pytest.mark.django_db
SITE = "construction-site"
FIRM = "91110105MA00000036"


def site(name: str, street: int = 1, **attributes: Any) -> Source:
    facts = {
        "stage": "structure",
        "area_m2": 28600.0,
        "builder": "中建一局",
        "developer": "金泰",
        "site_type": "building",
    }
    own = {"name": name, "area_id": f"11010500{street}", "state": "working", "address": f"{name}路 1 号",
           "longitude": 116.35 + street * 0.1, "latitude": 39.95}  # fmt: skip
    return create_source(kind(SITE), Values(own, {**facts, **attributes}), by=None, at=AT)


@pytest.fixture
def client_of(person: Callable[..., Person]) -> Callable[..., Client]:
    def make(role: str, organisation: str = "environment") -> Client:
        client = Client()
        client.force_login(person(role, organisation))
        return client

    return make


def text(answer: Any) -> str:
    found = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(found.decode("utf-8-sig"))


def test_the_index_lists_every_ledger_by_group_with_its_count(client_of: Callable[..., Client]) -> None:
    site("金泰里二期")
    page = text(client_of("duty").get("/ledgers/"))
    for name in ("扬尘源", "施工工地", "餐饮", "非道路移动机械"):
        assert name in page


def test_the_list_shows_listed_columns_lamps_and_the_preview(client_of: Callable[..., Client]) -> None:
    site("金泰里二期", above_size=True)
    site("小红门棚改", 2)
    page = text(client_of("duty").get("/ledgers/construction-site/"))
    assert "金泰里二期" in page
    assert "28,600" in page
    assert "逾期未有" in page  # above size, without a monitor, after 2019-12-31
    assert page.count("<tr") >= 3
