"""Open the records database for a command: Django is set up and the tables are there."""

import os

import django
from django.core.management import call_command


def open_records() -> None:
    """Set Django up over the configured data folder and bring its tables up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.project.settings")
    django.setup()
    bring_up_to_date()


def bring_up_to_date() -> None:
    """Apply the migrations that are due; an empty database gets its tables from the models at once."""
    from lantian.project.first_tables import make_first_tables  # noqa: PLC0415 - needs Django set up

    make_first_tables()
    call_command("migrate", verbosity=0, interactive=False)
