"""Settings of every process, read from the environment (``LANTIAN_*``) without Django.

A wrong setting raises :class:`ConfigError`: a number, what was found, and what to write instead.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, cast
from urllib.parse import unquote, urlsplit

from lantian.kernel.errors import LantianError, Text
from lantian.kernel.plurals import counted

DEFAULT_PACK = "cn-110105-2018"
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
MINIMUM_SECRET_LENGTH = 50
MOST_WEB_WORKERS = 64
REPORTER_KEY = re.compile(r"[A-Za-z0-9._-]{1,40}:[0-9a-fA-F]{64}")

Language = Literal["zh", "en"]
Jobs = Literal["worker", "inline"]


class ConfigError(LantianError):
    """A setting that stops the start; ``number`` is stable and documented."""

    def __init__(self, number: int, text: Text) -> None:
        self.number = number
        super().__init__(Text(f"C{number:02d} {text.zh}", f"C{number:02d} {text.en}"))


@dataclass(frozen=True)
class Config:
    """What a process needs to know before it starts.

    data_dir: folder of records, lake, uploads and rejects.
    database_url: ``sqlite:///PATH`` or ``postgresql://USER:PASSWORD@HOST:PORT/NAME``.
    lake_url: a folder, or ``s3://BUCKET/PATH``.
    bus_url: ``spool:`` (files in the data folder) or ``nats://HOST:PORT``.
    engine_url: ``duckdb:`` or ``sc://HOST:PORT`` (Spark Connect).
    https: whether a proxy in front speaks HTTPS, so cookies and redirects insist on it.
    demo_ledgers: which share of a whole district's ledgers a demonstration gets, 0 to 1.
    site_url: under which address people reach the pages; links in messages outside begin with it.
    notice_hosts: hosts, with a port or without, that notices may reach beside public ones by https.
    notice_proxy: the proxy through which they reach public ones, or nothing.
    web_workers: processes that answer pages; one uses one core.
    tile_url: a tile server for the map's ground, or nothing; the map draws the pack's areas by itself.
    reporter_keys: ``ID:KEY`` of those who report, newest first; without it they are kept in the data folder.
    """

    data_dir: Path
    database_url: str
    lake_url: str
    bus_url: str
    engine_url: str
    pack: str
    secret_key: str
    language: Language
    hosts: tuple[str, ...]
    https: bool
    demo: bool
    jobs: Jobs
    tile_url: str | None
    demo_ledgers: float = 1.0
    reporter_keys: str = ""
    site_url: str = ""
    notice_hosts: tuple[str, ...] = ()
    notice_proxy: str = ""
    web_workers: int = 1

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the settings; makes the data folder and, on the first start, its secret key. Raises ConfigError."""
        env = os.environ if environment is None else environment
        data_dir = _data_dir(env)
        return cls(
            data_dir=data_dir,
            database_url=_url(env, "LANTIAN_DATABASE_URL", f"sqlite:///{data_dir / 'records.sqlite3'}", DATABASE),
            lake_url=_lake_url(env, data_dir),
            bus_url=_url(env, "LANTIAN_BUS_URL", "spool:", BUS),
            engine_url=_url(env, "LANTIAN_ENGINE_URL", "duckdb:", ENGINE),
            pack=env.get("LANTIAN_PACK") or DEFAULT_PACK,
            secret_key=_secret_key(env, data_dir),
            language=cast(Language, _choice(env, "LANTIAN_LANG", ("zh", "en"))),
            hosts=_hosts(env),
            https=_switch(env, "LANTIAN_HTTPS"),
            demo=_switch(env, "LANTIAN_DEMO"),
            jobs=cast(Jobs, _choice(env, "LANTIAN_JOBS", ("worker", "inline"))),
            tile_url=_tile_url(env),
            demo_ledgers=_share(env, "LANTIAN_DEMO_LEDGERS"),
            reporter_keys=_reporter_keys(env),
            site_url=_site_url(env),
            web_workers=_web_workers(env),
            notice_proxy=_url(env, "LANTIAN_NOTICE_PROXY", "", PROXY) if env.get("LANTIAN_NOTICE_PROXY") else "",
            notice_hosts=tuple(
                host.lower() for host in _listed(env, "LANTIAN_NOTICE_HOSTS", "10.0.0.25:25,smtp.office")
            ),
        )


@dataclass(frozen=True)
class _UrlRule:
    number: int
    schemes: tuple[str, ...]
    example: str


DATABASE = _UrlRule(2, ("sqlite", "postgresql"), "postgresql://lantian:PASSWORD@127.0.0.1:5432/lantian")
LAKE = _UrlRule(3, ("", "file", "s3"), "s3://BUCKET/lake")
BUS = _UrlRule(4, ("spool", "nats"), "nats://127.0.0.1:4222")
ENGINE = _UrlRule(5, ("duckdb", "sc"), "sc://127.0.0.1:15002")
TILES = _UrlRule(10, ("http", "https"), "https://tiles.example/{z}/{x}/{y}.png")
PROXY = _UrlRule(17, ("http", "https"), "http://proxy.office:3128")
SITE = _UrlRule(15, ("http", "https"), "https://lantian.example")


def _data_dir(env: Mapping[str, str]) -> Path:
    folder = Path(env.get("LANTIAN_DATA_DIR") or "var").expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(
            1,
            Text(
                f"LANTIAN_DATA_DIR 指向“{folder}”，不能建为文件夹（{reason}）。请改写为一个可写的文件夹，如 ./var。",
                f"LANTIAN_DATA_DIR names “{folder}”, which cannot be made a folder ({reason}). "
                "Write a folder that can be written to, such as ./var.",
            ),
        ) from error
    return folder


def _url(env: Mapping[str, str], name: str, default: str, rule: _UrlRule) -> str:
    value = env.get(name) or default
    if urlsplit(value).scheme in rule.schemes:
        return value
    allowed = [f"{scheme}:" for scheme in rule.schemes if scheme]
    raise ConfigError(
        rule.number,
        Text(
            f"{name} 写作“{value}”，应以 {'、'.join(allowed)} 开头，如 {rule.example}。",
            f"{name} is “{value}”; it has to start with {' or '.join(allowed)}, such as {rule.example}.",
        ),
    )


def _lake_url(env: Mapping[str, str], data_dir: Path) -> str:
    value = _url(env, "LANTIAN_LAKE_URL", str(data_dir / "lake"), LAKE)
    parts = urlsplit(value)
    return unquote(parts.path) if parts.scheme == "file" else value


def _tile_url(env: Mapping[str, str]) -> str | None:
    return _url(env, "LANTIAN_TILE_URL", "", TILES) if env.get("LANTIAN_TILE_URL") else None


def _site_url(env: Mapping[str, str]) -> str:
    return _url(env, "LANTIAN_SITE_URL", "", SITE).rstrip("/") if env.get("LANTIAN_SITE_URL") else ""


def _choice(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name) or allowed[0]
    if value in allowed:
        return value
    number = {"LANTIAN_LANG": 6, "LANTIAN_JOBS": 9}[name]
    raise ConfigError(
        number,
        Text(
            f"{name} 写作“{value}”，应为 {' 或 '.join(allowed)}。",
            f"{name} is “{value}”; write {' or '.join(allowed)}.",
        ),
    )


def _switch(env: Mapping[str, str], name: str) -> bool:
    value = (env.get(name) or "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ConfigError(7, Text(f"{name} 写作“{value}”，应为 1 或 0。", f"{name} is “{value}”; write 1 or 0."))


def _share(env: Mapping[str, str], name: str) -> float:
    value = env.get(name) or "1"
    try:
        found = float(value)
    except ValueError:
        found = -1.0
    if 0 <= found <= 1:
        return found
    raise ConfigError(
        14,
        Text(
            f"{name} 写作“{value}”，应为 0 到 1 之间的数，1 为整个区。",
            f"{name} is “{value}”; write a number from 0 to 1, 1 being the whole district.",
        ),
    )


def _web_workers(env: Mapping[str, str]) -> int:
    value = env.get("LANTIAN_WEB_WORKERS") or "1"
    if value.isascii() and value.isdigit() and 1 <= int(value) <= MOST_WEB_WORKERS:
        return int(value)
    raise ConfigError(
        18,
        Text(
            f"LANTIAN_WEB_WORKERS 写作“{value}”，应为 1 到 {MOST_WEB_WORKERS} 之间的整数，一般为处理器核数。",
            f"LANTIAN_WEB_WORKERS is “{value}”; write a whole number from 1 to {MOST_WEB_WORKERS}, "
            "usually the number of cores.",
        ),
    )


def _reporter_keys(env: Mapping[str, str]) -> str:
    value = (env.get("LANTIAN_REPORTER_KEYS") or "").strip()
    wrong = next((one for one in value.split(",") if value and not REPORTER_KEY.fullmatch(one.strip())), None)
    if wrong is None:
        return value
    named = wrong.partition(":")[0].strip()[:20]
    raise ConfigError(
        16,
        Text(
            f"LANTIAN_REPORTER_KEYS 中“{named}”的写法不对，应为 编号:64 位十六进制密钥，以逗号分开，新的在前。",
            f"“{named}” in LANTIAN_REPORTER_KEYS is not written as ID:KEY with a key of 64 hexadecimal digits; "
            "separate several by commas, the newest first.",
        ),
    )


def _hosts(env: Mapping[str, str]) -> tuple[str, ...]:
    return (*LOCAL_HOSTS, *_listed(env, "LANTIAN_HOSTS", "lantian.example,10.0.0.5"))


def _listed(env: Mapping[str, str], name: str, example: str) -> list[str]:
    named = [host.strip() for host in (env.get(name) or "").split(",") if host.strip()]
    wrong = [host for host in named if "/" in host or " " in host]
    if wrong:
        raise ConfigError(
            8,
            Text(
                f"{name} 中的“{wrong[0]}”不是主机名。请只写主机名，以逗号分开，如 {example}。",
                f"“{wrong[0]}” in {name} is no host name. "
                f"Write host names only, separated by commas, such as {example}.",
            ),
        )
    return named


def _secret_key(env: Mapping[str, str], data_dir: Path) -> str:
    named = env.get("LANTIAN_SECRET_KEY")
    if named is None:
        return _stored_secret(data_dir / "secret-key")
    if len(named) < MINIMUM_SECRET_LENGTH:
        raise ConfigError(
            11,
            Text(
                f"LANTIAN_SECRET_KEY 只有 {len(named)} 个字符，至少要 {MINIMUM_SECRET_LENGTH} 个。"
                "可不写此项，由程序在数据文件夹中生成。",
                f"LANTIAN_SECRET_KEY has {counted(len(named), 'character')}; "
                f"it needs at least {MINIMUM_SECRET_LENGTH}. "
                "Leave it out and one is made in the data folder.",
            ),
        )
    return named


def _stored_secret(path: Path) -> str:
    """Return the key of a data folder; the first process to come makes it, the others read it."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigError(
            1,
            Text(
                f"LANTIAN_DATA_DIR 指向“{path.parent}”，不能写入（{error.strerror}）。请改写为一个可写的文件夹。",
                f"LANTIAN_DATA_DIR names “{path.parent}”, which cannot be written to ({error.strerror}). "
                "Write a folder that can be written to.",
            ),
        ) from error
    key = secrets.token_urlsafe(64)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key + "\n")
    return key
