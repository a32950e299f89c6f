"""Sealed records: they open with their key and in their place alone, and keys can be changed."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.complaints.models import Complaint, Reporter
from lantian.apps.complaints.services import SealError, read_reporter, reporters, rotate_keys
from lantian.apps.complaints.services.sealing import FILE, Sealed, hkdf, ring, seal, unseal
from tests.complaints.conftest import AT, SECRET_NAME, SECRET_PHONE
from tests.project.commands import lantian

SECRET = f"{SECRET_NAME} {SECRET_PHONE}".encode()
KEYS = f"new:{'ab' * 32},old:{'0f' * 32}"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR, settings.REPORTER_KEYS = tmp_path, ""


def test_hkdf_gives_the_first_block_of_the_rfcs_first_test_case() -> None:
    """RFC 5869, appendix A.1: the first 32 bytes of OKM."""
    found = hkdf(b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA)))
    assert found.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"


def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    sealed = seal(SECRET, "TS2026-000001")
    assert unseal(sealed, "TS2026-000001") == SECRET
    assert SECRET_NAME.encode() not in sealed.content
    assert SECRET_PHONE.encode() not in sealed.content
    assert sealed.content[32:36] == b"PARE"  # Parquet with an encrypted footer


def test_the_same_text_is_never_sealed_the_same_and_short_ones_are_as_long_as_longer_ones() -> None:
    one, other = seal(b"a", "x"), seal(b"a" * 200, "x")
    assert one.content != seal(b"a", "x").content
    assert len(one.content) == len(other.content)


def test_it_does_not_open_in_another_place() -> None:
    with pytest.raises(SealError):
        unseal(seal(SECRET, "TS2026-000001"), "TS2026-000002")


@pytest.mark.parametrize("at", [0, 40, 300, -20, -1])
def test_a_changed_byte_is_found(at: int) -> None:
    sealed = seal(SECRET, "x")
    content = bytearray(sealed.content)
    content[at] ^= 1
    with pytest.raises(SealError):
        unseal(Sealed(sealed.key, bytes(content)), "x")


def test_it_does_not_open_with_another_key(settings: Any) -> None:
    sealed = seal(SECRET, "x")
    settings.REPORTER_KEYS = f"{sealed.key}:{'ab' * 32}"
    with pytest.raises(SealError):
        unseal(sealed, "x")
    settings.REPORTER_KEYS = KEYS
    with pytest.raises(SealError, match="not in the ring"):
        unseal(sealed, "x")


def test_the_ring_is_a_file_of_its_owner_alone_unless_it_is_a_setting(tmp_path: Path, settings: Any) -> None:
    assert [key.id for key in ring()] == ["1"]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    settings.REPORTER_KEYS = KEYS
    assert [(key.id, key.secret) for key in ring()] == [("new", b"\xab" * 32), ("old", b"\x0f" * 32)]
    assert seal(b"x", "x").key == "new"


def test_a_change_of_keys_seals_everything_anew_and_takes_the_old_key_out(
    made: Callable[..., Complaint], person: Callable[..., Any], tmp_path: Path
) -> None:
    complaint = made(name=SECRET_NAME, phone=SECRET_PHONE)
    before = bytes(Reporter.objects.get().sealed)
    done = rotate_keys()
    assert (done.key, done.records, done.dropped) == ("2", 1, ["1"])
    assert [key.id for key in ring()] == ["2"]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    kept = Reporter.objects.get()
    assert (kept.key, bytes(kept.sealed) == before) == ("2", False)
    assert read_reporter(complaint, by=person("duty"), reason="核实地点", at=AT).name == SECRET_NAME


def test_a_change_that_was_cut_short_goes_on_with_the_key_it_made(
    made: Callable[..., Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        made(f"第{number}处扬尘", name=SECRET_NAME, phone=SECRET_PHONE)
    whole = reporters._seal_again
    done: list[int] = []

    def once(pk: int, key: str) -> bool:
        if done:
            raise KeyboardInterrupt
        done.append(pk)
        return whole(pk, key)

    monkeypatch.setattr(reporters, "_seal_again", once)
    with pytest.raises(KeyboardInterrupt):
        rotate_keys()
    monkeypatch.undo()
    assert rotate_keys().records == 1
    assert {one.key for one in Reporter.objects.all()} == {"2"}


def test_keys_in_a_setting_are_changed_there_first(made: Callable[..., Complaint], settings: Any) -> None:
    settings.REPORTER_KEYS = KEYS.split(",")[1]
    made(name=SECRET_NAME, phone=SECRET_PHONE)
    with pytest.raises(SealError, match="LANTIAN_REPORTER_KEYS"):
        rotate_keys()
    settings.REPORTER_KEYS = KEYS
    done = rotate_keys()
    assert (done.key, done.records, done.dropped) == ("new", 1, [])


def test_the_command_line_changes_keys(tmp_path: Path) -> None:
    done = lantian(tmp_path, "complaints", "rotate-keys")
    assert (done.returncode, done.stdout.strip()) == (0, "key 2: 0 records sealed anew, keys taken out: 1")
    assert (tmp_path / "data" / FILE).read_text(encoding="ascii").startswith("2:")
