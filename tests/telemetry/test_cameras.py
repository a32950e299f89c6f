"""Pictures from a real HTTP server: kept by their hash when they are pictures, and said why when they are not."""

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.telemetry.models import Camera, Snapshot
from lantian.apps.telemetry.services.cameras import snapshot_file, take_snapshot
from tests.telemetry.device_sample import NOW, a_point
from tests.telemetry.fake_camera import JPEG, NAME, PNG, WORD, fake_camera

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with fake_camera() as url:
        yield url


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


def _take(url: str, timeout_s: float = 5, **more: str) -> Snapshot:
    camera = Camera.objects.create(point=a_point(), name="东门", snapshot_url=url, **more)
    return take_snapshot(camera, at=NOW, timeout_s=timeout_s)


@pytest.mark.parametrize(("what", "content", "kind"), [("jpeg", JPEG, "image/jpeg"), ("png", PNG, "image/png")])
def test_a_picture_is_known_by_its_bytes_and_kept_under_its_hash(
    address: str, what: str, content: bytes, kind: str
) -> None:
    snapshot = _take(f"{address}/{what}")
    assert (snapshot.media_type, snapshot.error_en, snapshot.taken_at) == (kind, "", NOW)
    assert snapshot.sha256 == hashlib.sha256(content).hexdigest()
    path = snapshot_file(snapshot)
    assert path is not None
    assert path.read_bytes() == content


def test_the_same_picture_is_kept_once_and_a_changed_one_is_no_evidence(address: str, tmp_path: Path) -> None:
    first, second = _take(f"{address}/jpeg"), _take(f"{address}/jpeg")
    assert first.path == second.path
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    (tmp_path / first.path).write_bytes(PNG)
    assert snapshot_file(first) is None
    (tmp_path / first.path).unlink()
    assert snapshot_file(first) is None


@pytest.mark.parametrize("way", ["basic", "digest"])
def test_a_camera_is_told_name_and_password_the_way_it_asks(address: str, way: str) -> None:
    assert _take(f"{address}/{way}", username=NAME, password=WORD).media_type == "image/jpeg"
    refused = _take(f"{address}/{way}", username=NAME, password="wrong")
    assert refused.error_zh == "摄像机不接受用户名或口令。"
    assert _take(f"{address}/{way}").error_en == "The camera does not accept the name or password."


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("page", "no JPEG or PNG picture; it begins with: 3c 68 74"),
        ("empty", "begins with: —"),
        ("cut", "cut off"),
        ("broken", "status 500"),
        ("moved", "status 302"),
        ("slow", "did not answer within 0.2 s"),
    ],
)
def test_what_a_camera_does_wrong_is_kept_in_both_languages(address: str, what: str, said: str) -> None:
    snapshot = _take(f"{address}/{what}", timeout_s=0.2 if what == "slow" else 5)
    assert said in snapshot.error_en
    assert snapshot.error_zh
    assert (snapshot.path, snapshot.taken_at, snapshot_file(snapshot)) == ("", None, None)


def test_a_picture_without_end_is_not_read_to_its_end(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lantian.apps.telemetry.services.cameras.LARGEST", 1024)
    assert "larger than 0 MB" in _take(f"{address}/large").error_en


def test_a_camera_that_is_not_there_is_said_to_be_out_of_reach() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert "cannot be reached" in _take(f"http://127.0.0.1:{taken.getsockname()[1]}/jpeg").error_en
    assert "cannot be reached" in _take("rtsp://127.0.0.1/stream").error_en
