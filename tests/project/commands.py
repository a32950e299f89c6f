"""Run ``lantian`` as a person at a terminal does."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def lantian(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command over a data folder of its own, in English; ``words`` are its arguments."""
    env = {**os.environ, "LANTIAN_DATA_DIR": str(folder / "data"), "LANTIAN_LANG": "en"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    command = [str(Path(sys.executable).with_name("lantian")), *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def document(folder: Path, *words: str) -> Any:
    """Run a command that succeeds and return its JSON document."""
    done = lantian(folder, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
