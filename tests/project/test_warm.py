"""Warming up: it loads what pages need, and never stops the start."""

import logging

import pytest

from lantian.project import warm

pytestmark = pytest.mark.django_db


def test_warming_up_an_empty_data_folder_fails_at_no_step(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="lantian.project.warm"):
        warm.warm_up()
    assert [record.levelname for record in caplog.records] == ["INFO"]


def test_a_step_that_fails_is_named_in_the_log_and_the_others_still_run(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def broken() -> None:
        raise OSError("the lake is away")

    monkeypatch.setattr(warm, "STEPS", (broken, lambda: done.append("next")))
    warm.warm_up()
    assert done == ["next"]
    assert "step=broken error=the lake is away" in caplog.text


def test_every_template_of_ours_compiles() -> None:
    warm.templates()
