"""One line for each event: level, what happened, logger, key=value; a traceback follows on lines of its own."""

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
                    structlog.dev.ConsoleRenderer(
                        colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
                    ),
                ],
            }
        },
        "handlers": {"line": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["line"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},
            # each call's whole address would stand in the log, and with it the key of a chat robot
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            "huey": {"level": "WARNING"},
        },
    }
