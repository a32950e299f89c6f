"""The project's settings over a data folder of the test run's own, removed when the run ends."""

import atexit
import gc
import os
import shutil
import tempfile
from importlib import import_module

# The first module of ours that a run reads: what the others make stays, so there is little garbage to search for.
gc.set_threshold(100_000)

DATA_DIR = tempfile.mkdtemp(prefix="lantian-tests-")
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
os.environ["LANTIAN_DATA_DIR"] = DATA_DIR
os.environ["LANTIAN_JOBS"] = "inline"

_project = import_module("lantian.project.settings")
globals().update({k: v for k, v in vars(_project).items() if k.isupper()})

PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
_QUICK = {"whitenoise.middleware.WhiteNoiseMiddleware": "tests.static.whitenoise"}
MIDDLEWARE = [_QUICK.get(name, name) for name in _project.MIDDLEWARE]
