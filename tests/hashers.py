"""The real password hash at its lowest cost, so that tests do not spend their time on it."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """argon2id over 8 KiB, once."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
