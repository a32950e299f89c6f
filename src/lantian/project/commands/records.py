"""Open the records database for a command: Django is set up and the tables are there."""

import os

import django
from django.core.management import call_command


def open_records() -> None:
    """Set Django up over the configured data folder and bring its tables up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.project.settings")
    django.setup()
    call_command("migrate", verbosity=0)
