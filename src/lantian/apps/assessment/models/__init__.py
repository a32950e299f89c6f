"""Snapshots of facts, and the bulletins that rest on them."""

from lantian.apps.assessment.models.bulletins import Bulletin, BulletinCounter, BulletinEvent, Snapshot

__all__ = ["Bulletin", "BulletinCounter", "BulletinEvent", "Snapshot"]
