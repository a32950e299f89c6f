"""The records database: SQLite by default, PostgreSQL by one setting."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from lantian.kernel.errors import Text
from lantian.project.config import ConfigError

# WAL lets readers and one writer work together; NORMAL is durable against a crash of the process;
# IMMEDIATE takes the write lock at the start, so that a transaction waits instead of failing half-way.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-20000;"
    "PRAGMA mmap_size=134217728;"
    "PRAGMA journal_size_limit=67108864;"
)


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for a database URL; raises ConfigError when its driver is missing."""
    parts = urlsplit(url)
    return _sqlite(parts) if parts.scheme == "sqlite" else _postgresql(parts)


def _sqlite(parts: SplitResult) -> dict[str, Any]:
    path = unquote(parts.path)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        # sqlite:///relative and sqlite:////absolute; our own default carries the absolute path after three slashes.
        "NAME": path[1:] if path.startswith("//") else path,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
    }


def _postgresql(parts: SplitResult) -> dict[str, Any]:
    if not find_spec("psycopg"):
        raise ConfigError(
            12,
            Text(
                "LANTIAN_DATABASE_URL 指向 PostgreSQL，但未装驱动。"
                "请执行 pip install 'psycopg[binary]'，或去掉此项以用 SQLite。",
                "LANTIAN_DATABASE_URL names PostgreSQL, but its driver is not installed. "
                "Run pip install 'psycopg[binary]', or leave the setting out to use SQLite.",
            ),
        )
    options = dict(parse_qsl(parts.query))
    if not (parts.hostname or options.get("host")) or not parts.path.strip("/"):
        raise ConfigError(
            13,
            Text(
                "LANTIAN_DATABASE_URL 缺主机或库名。请写作 postgresql://用户:口令@主机:5432/库名。",
                "LANTIAN_DATABASE_URL lacks a host or a database name. Write postgresql://USER:PASSWORD@HOST:5432/NAME.",
            ),
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # Without one, the options name the folder of a socket: postgresql://USER@/NAME?host=/run/postgresql
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
