"""Settings come from the environment; a wrong one says what to write instead, in both languages."""

from pathlib import Path

import pytest

from lantian.project.config import Config, ConfigError
from lantian.project.databases import database

WRONG = [
    (2, {"LANTIAN_DATABASE_URL": "mysql://x"}),
    (3, {"LANTIAN_LAKE_URL": "ftp://x"}),
    (4, {"LANTIAN_BUS_URL": "kafka://x"}),
    (5, {"LANTIAN_ENGINE_URL": "presto://x"}),
    (6, {"LANTIAN_LANG": "fr"}),
    (7, {"LANTIAN_HTTPS": "maybe"}),
    (8, {"LANTIAN_HOSTS": "http://a/b"}),
    (9, {"LANTIAN_JOBS": "never"}),
    (10, {"LANTIAN_TILE_URL": "file:///tiles"}),
    (11, {"LANTIAN_SECRET_KEY": "short"}),
    (14, {"LANTIAN_DEMO_LEDGERS": "much"}),
    (14, {"LANTIAN_DEMO_LEDGERS": "1.5"}),
    (8, {"LANTIAN_NOTICE_HOSTS": "http://10.0.0.25"}),
    (15, {"LANTIAN_SITE_URL": "lantian.example"}),
    (17, {"LANTIAN_NOTICE_PROXY": "socks://proxy"}),
    (18, {"LANTIAN_WEB_WORKERS": "0"}),
    (18, {"LANTIAN_WEB_WORKERS": "2.5"}),
    (18, {"LANTIAN_WEB_WORKERS": "１"}),
]


@pytest.mark.parametrize(("number", "settings"), WRONG, ids=[next(iter(s)) for _, s in WRONG])
def test_a_wrong_setting_has_its_number_and_names_what_was_found(
    tmp_path: Path, number: int, settings: dict[str, str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_environment({"LANTIAN_DATA_DIR": str(tmp_path), **settings})
    name, found = next(iter(settings.items()))
    for text in (caught.value.text.zh, caught.value.text.en):
        assert text.startswith(f"C{number:02d} ")
        assert name in text
    assert caught.value.number == number
    assert found in caught.value.text.en or number == 11


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match="C01 LANTIAN_DATA_DIR"):
        Config.from_environment({"LANTIAN_DATA_DIR": str(tmp_path / "file")})


def test_the_secret_key_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    first = Config.from_environment({"LANTIAN_DATA_DIR": str(tmp_path)})
    second = Config.from_environment({"LANTIAN_DATA_DIR": str(tmp_path)})
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_everything_lives_in_the_data_folder_by_default(tmp_path: Path) -> None:
    config = Config.from_environment({"LANTIAN_DATA_DIR": str(tmp_path)})
    assert config.lake_url == str(tmp_path / "lake")
    assert database(config.database_url)["NAME"] == str(tmp_path / "records.sqlite3")
    assert (config.pack, config.language, config.demo) == ("cn-110105-2018", "zh", False)


def test_sqlite_waits_for_its_turn_and_writes_ahead() -> None:
    options = database("sqlite:////somewhere/records.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


KEY = f"2026:{'ab' * 32}"


@pytest.mark.parametrize(
    ("given", "kept"), [(None, ""), (KEY, KEY), (f"{KEY}, old:{'0f' * 32}", f"{KEY}, old:{'0f' * 32}")]
)
def test_keys_of_reporters_are_taken_as_they_are(tmp_path: Path, given: str | None, kept: str) -> None:
    env = {"LANTIAN_DATA_DIR": str(tmp_path)} | ({"LANTIAN_REPORTER_KEYS": given} if given else {})
    assert Config.from_environment(env).reporter_keys == kept


@pytest.mark.parametrize("given", ["secret", "2026:abc", f"{KEY},", f"a b:{'ab' * 32}"])
def test_a_wrong_key_of_reporters_stops_the_start_without_being_shown(tmp_path: Path, given: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_environment({"LANTIAN_DATA_DIR": str(tmp_path), "LANTIAN_REPORTER_KEYS": given})
    assert caught.value.number == 16
    assert "abab" not in str(caught.value)


def test_the_way_out_of_notices_is_set_by_whoever_runs_the_server(tmp_path: Path) -> None:
    said = {"LANTIAN_SITE_URL": "https://lantian.example/", "LANTIAN_NOTICE_HOSTS": "10.0.0.25:25, SMTP.office"}
    config = Config.from_environment({"LANTIAN_DATA_DIR": str(tmp_path), **said})
    assert (config.site_url, config.notice_hosts, config.notice_proxy) == (
        "https://lantian.example", ("10.0.0.25:25", "smtp.office"), "",
    )  # fmt: skip


def test_a_database_may_be_reached_by_a_socket_or_by_a_host_but_must_be_reached() -> None:
    near = database("postgresql://lantian@/records?host=%2Frun%2Fpostgresql")
    assert (near["HOST"], near["OPTIONS"]["host"], near["NAME"]) == ("", "/run/postgresql", "records")
    assert database("postgresql://lantian@10.0.0.5/records")["HOST"] == "10.0.0.5"
    with pytest.raises(ConfigError, match="lacks a host"):
        database("postgresql://lantian@/records")
