"""Ledgers (台账): one mechanism for every kind of source that the pack declares, and the credentials they hold."""
