"""Make a data folder ready: database, pack, and with ``--demo`` synthetic data and demo accounts."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lantian.apps.accounts.services.demo import ensure_demo_accounts
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.assessment.services.demo_bulletins import fill_bulletins
from lantian.apps.assessment.services.demo_rankings import fill_rankings
from lantian.apps.assessment.services.demo_rectification import fill_rectification
from lantian.apps.assessment.services.schemes.demo import fill_assessments
from lantian.apps.cases.services.demo_history import fill_history
from lantian.apps.complaints.services.demo import fill_demo as fill_complaints
from lantian.apps.inspections.services.demo import fill_inspections
from lantian.apps.ledger.services.demo_projects import fill_projects
from lantian.apps.plans.services.task_demo import fill_tasks
from lantian.apps.telemetry.models import Device
from lantian.apps.telemetry.services.demo import fill_demo
from lantian.apps.telemetry.services.demo_devices import backfill_demo, register_demo_devices
from lantian.apps.telemetry.services.demo_sources import fill_ledgers_with_devices
from lantian.apps.telemetry.services.points import sync_points
from lantian.gateway.simulators.truth import Records
from lantian.kernel.errors import LantianError, Text
from lantian.lake import Lake
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.project.cli import language
from lantian.project.commands.records import bring_up_to_date


class Command(BaseCommand):
    """What ``lantian up`` does before it starts its children; quick when nothing is to be done."""

    help = "prepare the data folder"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Demo data and accounts are made only when asked for."""
        parser.add_argument("--demo", action="store_true")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        """Prepare, or say in one sentence why not."""
        try:
            self._prepare(demo=demo)
        except LantianError as error:
            raise CommandError(error.text.in_language(language())) from error

    def _prepare(self, *, demo: bool) -> None:
        now = datetime.now(UTC)
        bring_up_to_date()
        pack = load_pack(settings.PACK)
        sync_pack(pack, at=now)
        sync_points(pack)
        self._say(Text(f"政策包 {pack.id}：{pack.zh}", f"Policy pack {pack.id}: {pack.en}"))
        if demo:
            self._say(
                Text(
                    "检查演示数据；首次生成约需一分钟…", "Checking the demo data; the first time takes about a minute …"
                )
            )
            self._demo_data(Lake(settings.LAKE_URL), pack, now)
            self._demo_accounts(now)
            if settings.DEMO_LEDGERS and Device.objects.filter(synthetic=True).exists():
                fill_history(at=now)
                fill_inspections(at=now)
                fill_rectification(at=now)
                fill_tasks(at=now)
                fill_assessments(at=now)
                fill_bulletins(at=datetime.now(UTC))  # what was stored above is known by then

    def _demo_data(self, lake: Lake, pack: Pack, now: datetime) -> None:
        """Fill hours and minutes up to now; where real data have come, made-up devices stay away."""
        if fill_demo(lake, pack, now=now):
            register_demo_devices(pack, at=now)
            if settings.DEMO_LEDGERS:
                fill_ledgers_with_devices(at=now, share=settings.DEMO_LEDGERS)
                fill_projects(at=now)
            fill_complaints(at=now)
            fill_rankings(lake, pack, at=now)
            Records(settings.DATA_DIR).open()
            backfill_demo(lake, pack, now=datetime.now(UTC))
        elif not Device.objects.filter(synthetic=True).exists():
            Records(settings.DATA_DIR).close()

    def _demo_accounts(self, now: datetime) -> None:
        self._say(Text("演示账号（登录名 / 口令）：", "Demo accounts (name / password):"))
        for one in ensure_demo_accounts(at=now):
            roles = ", ".join(str(post) for post in one.person.current_posts())
            self.stdout.write(f"  {one.person.username:<12} {one.password}   {one.person.name} · {roles}")

    def _say(self, text: Text) -> None:
        self.stdout.write(text.in_language(language()))
        self.stdout.flush()
