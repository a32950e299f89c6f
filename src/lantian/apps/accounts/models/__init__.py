"""Records of people: places, people and posts, duty, security."""

from lantian.apps.accounts.models.duty import Deputy, HandOver, Leave, Shift
from lantian.apps.accounts.models.people import Head, Person, Post, Role
from lantian.apps.accounts.models.places import Area, AreaKind, Named, Organisation, in_reading_language, standing
from lantian.apps.accounts.models.security import (
    Asked,
    OpenSession,
    PastPassword,
    PostRequest,
    RecoveryCode,
    SecurityRules,
    SignInAttempt,
)

__all__ = [
    "Area",
    "AreaKind",
    "Asked",
    "Deputy",
    "HandOver",
    "Head",
    "Leave",
    "Named",
    "OpenSession",
    "Organisation",
    "PastPassword",
    "Person",
    "Post",
    "PostRequest",
    "RecoveryCode",
    "Role",
    "SecurityRules",
    "Shift",
    "SignInAttempt",
    "in_reading_language",
    "standing",
]
