"""Logs: one shape for our own lines and everybody else's, and nothing personal in any of them.

Ask for a logger with `logger(__name__)`; say one canonical line per unit of work with `canonical`. What is personal
is masked by its type; the patterns below are only the net under that, for text that came from a library.
"""

import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any, TextIO

import msgspec
import structlog
from pydantic import SecretBytes, SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from alerts.gateway import PhoneNumber

from .clock import Clock
from .personal import Name, Position
from .settings import LogFormat, LogLevel

MASK = "…"
# Keys whose value is personal whatever its type: words of messages, what she types, where she is.
_PERSONAL_KEYS = frozenset(
    {
        "authorization",
        "body",
        "cookie",
        "lat",
        "latitude",
        "lon",
        "lng",
        "longitude",
        "name",
        "pin",
        "secret",
        "text",
        "token",
    }
)
_WORDS = "|".join(sorted(_PERSONAL_KEYS))
_NET = (
    # +44 7700 900123 and 0044…
    (re.compile(r"(?<!\w)(?:\+|00)[1-9](?:[ ()-]?\d){6,14}(?!\d)"), MASK),
    # 07700 900123, as people type it
    (re.compile(r"(?<![\w.:-])0[1-9](?:[ ()-]?\d){7,9}(?![\w:])"), MASK),
    # 447700900123: eleven digits and more (an instant in whole seconds has ten)
    (re.compile(r"(?<![\w.])[1-9]\d{10,14}(?![\w.])"), MASK),
    # 51.38812, 0.50432
    (re.compile(r"-?\d{1,3}\.\d{3,}\s*[,;/ ]\s*-?\d{1,3}\.\d{3,}"), MASK),
    # lat=51.388, "lon": 0.504, text='Anna has NOT arrived'
    (re.compile(rf"""(?i)(\b(?:{_WORDS})["']?\s*[=:]\s*)("[^"]*"|'[^']*'|-?\d+(?:\.\d+)?)"""), rf"\1{MASK}"),
    # tokens: in the address of a contact's or an invitation's page, and whatever is as long as ours
    (re.compile(r"(?<!/console)(/[ci]/)[^\s/?\"']+"), rf"\1{MASK}"),
    (re.compile(r"(?<![\w-])[\w-]{40,}(?![\w-])", re.ASCII), MASK),
)
# Libraries that would tell numbers, or every tick, at their usual level.
_QUIETER = {
    "apscheduler": logging.WARNING,
    "asyncio": logging.WARNING,
    "twilio": logging.WARNING,
    "httpx": logging.WARNING,
    "python_multipart": logging.ERROR,  # a line for every malformed form of a stranger
}
_OWN_HANDLERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")


def configure(
    log_format: LogFormat = LogFormat.AUTO,
    level: LogLevel = LogLevel.INFO,
    *,
    process: str = "",
    stream: TextIO | None = None,
) -> None:
    """Set up logging for this process: every line of every library goes to `stream` (stderr), masked.

    Run uvicorn with `log_config=None`, or it takes its own lines back. `process` is named on each line.
    """
    out = sys.stderr if stream is None else stream
    pretty = log_format is LogFormat.PRETTY or (log_format is LogFormat.AUTO and out.isatty())
    first = partial(_identity, process)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        first,
        mask,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor = (
        structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if pretty
        else structlog.processors.JSONRenderer(serializer=_to_json)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # tests and the demo configure again
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.value.upper())
    logging.captureWarnings(True)
    for name in _OWN_HANDLERS:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    for name, least in _QUIETER.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for a module; pass `__name__`. It may be asked for before `configure`."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


class Line:
    """The facts of one unit of work, gathered while it is done and said once at its end."""

    __slots__ = ("_facts",)

    def __init__(self, facts: dict[str, object]) -> None:
        self._facts = facts

    def add(self, **facts: object) -> None:
        """Put facts on the line; a later one replaces an earlier one of its name."""
        self._facts.update(facts)

    def count(self, **amounts: float) -> None:
        """Add up amounts."""
        for name, amount in amounts.items():
            so_far = self._facts.get(name, 0)
            self._facts[name] = (so_far if isinstance(so_far, int | float) else 0) + amount


@contextmanager
def canonical(log: structlog.stdlib.BoundLogger, event: str, clock: Clock, **facts: object) -> Iterator[Line]:
    """Say one line when the work inside ends: its facts, `took_s`, and `failed` with the error's class if it raised.

    The error goes on its way: whoever handles it logs its traceback, once.
    """
    line, began = Line(dict(facts)), clock.monotonic()
    try:
        yield line
    except BaseException as error:
        line.add(failed=type(error).__name__)
        raise
    finally:
        line.add(took_s=round(clock.monotonic() - began, 6))
        log.info(event, **line._facts)  # Line is ours


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Every line said inside, by whomever, carries these ids (`journey=…`, `incident=…`)."""
    with structlog.contextvars.bound_contextvars(**ids):
        yield


def mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The processor that hides what is personal, by type, by key, and by look."""
    return {key: _masked(value, key) for key, value in event.items()}


def masked_text(text: str) -> str:
    """`text` without what looks like a phone number, a position, a token or the words of a message."""
    for pattern, instead in _NET:
        text = pattern.sub(instead, text)
    return text


def _masked(value: object, key: str = "") -> Any:
    match value:
        case None | bool():
            return value
        case PhoneNumber() | Name() | Position():
            return value.masked
        case SecretStr() | SecretBytes():
            return MASK
        case _ if key.lower() in _PERSONAL_KEYS:
            return MASK
        case int() | float() if not isinstance(value, Enum):
            # As a number it could only be a phone number without its plus.
            return MASK if isinstance(value, int) and abs(value) >= 10**10 else value
        case Enum():
            return value.value
        case str():
            return masked_text(value)
        case bytes() | bytearray():
            return f"<{len(value)} bytes>"
        case datetime():
            return value.isoformat()
        case Mapping():
            return {masked_text(str(k)): _masked(v, str(k)) for k, v in value.items()}
        case list() | tuple() | set() | frozenset():
            return _masked_many(value)
        case _:
            return masked_text(repr(value))


def _masked_many(values: Iterable[object]) -> Any:
    items = list(values)
    if all(isinstance(item, float) for item in items):
        flat = ", ".join(map(str, items))
        if masked_text(flat) != flat:
            return MASK
    return [_masked(item) for item in items]


def _identity(process: str, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["app"] = "lamplit"
    if process:
        event["process"] = process
    # structlog's own bookkeeping for lines of other libraries is not for readers.
    event.pop("color_message", None)  # uvicorn's second copy of its text
    return event


def _to_json(event: EventDict, **_: object) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()
