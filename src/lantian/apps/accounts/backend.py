"""Who is signed in, read together with the posts held today: every page needs both, and asks once."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from lantian.apps.accounts.models import Person, Post


class PeopleBackend(ModelBackend):
    """Sign people in by password, as Django does, and know their posts from the start of each request."""

    def get_user(self, user_id: Any) -> Person | None:
        """Return the person of a session with the posts held today; None for one who may not sign in any more."""
        rows = Post.objects.held_on(timezone.localdate()).filter(person=user_id)
        posts = list(rows.select_related("person", "organisation__area", "area"))
        if not posts:
            return super().get_user(user_id)
        person = posts[0].person
        person.know_posts(posts)
        return person if self.user_can_authenticate(person) else None
