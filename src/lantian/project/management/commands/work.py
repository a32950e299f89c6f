"""Run huey's consumer over the ``jobs`` modules of all apps."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import autodiscover_modules
from huey.contrib.djhuey import HUEY

from lantian.project.settings import CONSUMER


class Command(BaseCommand):
    """The worker process."""

    help = "run jobs"

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        autodiscover_modules("jobs")
        HUEY.create_consumer(**CONSUMER).run()
