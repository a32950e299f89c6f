"""The audit log (审计日志): append-only, each entry bound to the one before by its hash."""
