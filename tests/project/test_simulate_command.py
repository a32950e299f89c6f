"""``lantian simulate`` as a person calls it: a few devices against a gateway, the truth left behind, wrong use told."""

import asyncio
import os
import sys
from pathlib import Path

from lantian.gateway.registry import FAMILIES
from lantian.gateway.server import Listen
from lantian.gateway.simulators.truth import Records
from lantian.project.commands import up
from tests.gateway.rig import running
from tests.gateway.simulated import few, registered
from tests.project.commands import lantian
from tests.project.processes import free_row


def test_a_part_of_the_district_reports_and_strangers_are_turned_away(tmp_path: Path) -> None:
    """The command's data folder has a secret of its own, so its devices are strangers here by their passwords."""
    port = free_row(3)
    listens = [Listen(family, "127.0.0.1", port + at) for at, family in enumerate(FAMILIES)]

    async def scenario() -> int:
        async with running(tmp_path / "spool", [registered(one) for one in few().members], listens=listens) as rig:
            words = ["simulate", "--sites", "10", "--duration", "5", "--port", str(port), "--camera-port", "0"]
            command = [str(Path(sys.executable).with_name("lantian")), *words, "--scenario", "fraud"]
            env = {**os.environ, "LANTIAN_DATA_DIR": str(tmp_path / "data"), "LANTIAN_LANG": "en"}
            env.pop("DJANGO_SETTINGS_MODULE", None)
            told = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(*command, env=env, stdout=told, stderr=told)
            _, errors = await process.communicate()
            assert "--register" in errors.decode()
            assert {stranger.reason for stranger in rig.strangers} & {"secret", "unknown"}
            return process.returncode or 0

    assert asyncio.run(scenario()) == 0
    status = Records(tmp_path / "data").status()
    assert status["running"] is False
    assert status["scenario"] == "fraud"
    assert status["families"]["hj212"]["sent"] > 0


def test_an_unknown_scenario_is_wrong_use(tmp_path: Path) -> None:
    done = lantian(tmp_path, "simulate", "--scenario", "storm")
    assert done.returncode == 2
    assert "storm" in done.stderr


def test_a_demonstration_starts_the_devices_against_its_own_gateway() -> None:
    [(name, line)] = up._demo_children("0.0.0.0", 9512).items()
    assert name == "simulate"
    assert line[-5:] == ["simulate", "--host", "127.0.0.1", "--port", "9512"]
