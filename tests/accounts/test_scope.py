"""What posts cover: areas and all below, enterprises their own, nobody anything; and somebody unsaved holds no post."""

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.accounts.scope import NOTHING, Scope, scope_of


def test_somebody_who_is_not_stored_holds_no_post_and_covers_nothing() -> None:
    nobody = Person(username="x", name_zh="某人")
    assert nobody.current_posts() == []
    assert scope_of(nobody) == Scope()
    assert scope_of(None) is NOTHING


@pytest.mark.parametrize(
    ("scope", "area", "covered"),
    [
        (Scope(whole=True), "110105001", True),
        (Scope(whole=True), None, True),
        (Scope(areas=("110105001",)), "110105001", True),
        (Scope(areas=("110105001",)), "110105001002", True),
        (Scope(areas=("110105001",)), "110105002", False),
        (Scope(areas=("110105001",)), None, False),
        (NOTHING, "110105001", False),
    ],
)
def test_a_ground_is_covered_with_all_that_lies_under_it(scope: Scope, area: str | None, covered: bool) -> None:
    assert scope.covers(area) is covered
