"""The project's settings over a data folder of the test run's own, removed when the run ends."""

import atexit
import os
import shutil
import tempfile
from importlib import import_module
from importlib.util import find_spec

DATA_DIR = tempfile.mkdtemp(prefix="lantian-tests-")
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
os.environ["LANTIAN_DATA_DIR"] = DATA_DIR
os.environ["LANTIAN_JOBS"] = "inline"

if find_spec("lantian.project.settings"):
    globals().update({k: v for k, v in vars(import_module("lantian.project.settings")).items() if k.isupper()})
else:
    SECRET_KEY = "not yet"
    USE_TZ = True
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}

PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
