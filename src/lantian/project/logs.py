"""One line for each event: level, logger, what happened, then key=value; readable, and readable by a machine."""

from typing import Any

import structlog


def logging_settings(level: str = "INFO") -> dict[str, Any]:
    """Return Django's LOGGING: everything through structlog to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    structlog.processors.KeyValueRenderer(key_order=["level", "logger", "event"], drop_missing=True),
                ],
            }
        },
        "handlers": {"line": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["line"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "huey": {"level": "WARNING"},
        },
    }
