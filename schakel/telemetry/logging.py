"""Logs as one JSON object per line, without a BSN, whoever wrote them.

The standard library's loggers (uvicorn, asyncio, warnings) pass through the same processors as
our own, so that no line escapes the masking. Lines go to standard error.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from schakel.telemetry.masking import mask_value

LogFormat = Literal["json", "console"]

_QUIET: Final = ("uvicorn.access", "asyncio", "aiohttp.access", "httpx", "httpcore")
"""Loggers that speak at every request or quote addresses: only their warnings are kept."""
_MUTE: Final = ("pika",)
"""Loggers whose errors come to us as exceptions and are told once; their lines quote messages."""


def configure_logging(level: str, format: LogFormat, stream: TextIO | None = None) -> None:  # noqa: A002 - named as the setting
    """Sets up logging for the whole process; may be called again after a reload.

    `level` is a name of the standard library (`debug`, `info`, `warning`, `error`) in any case.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask_bsns,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(format),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _MUTE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)


def mask_bsns(_logger: WrappedLogger, _method: str, event_dict: EventDict) -> EventDict:
    """Masks every text of the event, the exception's included."""
    hidden = {name: value for name, value in event_dict.items() if name.startswith("_")}
    shown: dict[str, Any] = mask_value(
        {name: value for name, value in event_dict.items() if name not in hidden}
    )
    return {**shown, **hidden}


def _renderer(chosen: LogFormat) -> Processor:
    if chosen == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=False)
