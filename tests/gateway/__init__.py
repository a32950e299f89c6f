"""The gateway: spool, limits, listeners, commands to devices."""
