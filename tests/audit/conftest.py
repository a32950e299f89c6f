"""The people of the accounts' tests."""

from tests.accounts.conftest import client_of, person_in

__all__ = ["client_of", "person_in"]
