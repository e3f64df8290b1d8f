"""Structured logs: one line per event, UTC, with the request's context and without secrets."""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType
from typing import Any, TextIO

from ctz_chassis.settings import LogFormat, LogLevel

REDACTED = "[redacted]"

_context: ContextVar[Mapping[str, str]] = ContextVar("ctz_log_context", default=MappingProxyType({}))
# What a bare record holds; everything beyond came through `extra`.
_RECORD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SECRET_KEY = re.compile(
    r"(password|passwd|passphrase|secret|token|cookie|authorization|credential|pepper|private_key|verifier)(?!_id)",
    re.IGNORECASE,
)
_SECRET_TEXT = re.compile(
    r"(?P<pat>ctz_[a-z]{2,8}_[A-Za-z0-9]{8,})"
    r"|(?P<jwt>eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?)"
    r"|(?P<refresh>\bv1\.[A-Za-z0-9_-]{16,})"
    r"|(?P<fernet>gAAAA[A-Za-z0-9_-]{16,}=*)"
    r"|(?P<pem>-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$))"
    r"|(?P<before_url>://[^/\s:@]*:)[^@\s/]+(?=@)"
    r"|(?P<before_bearer>\b(?:Bearer|Basic)\s+)[^\s,'\"]+"
    r"|(?P<before_cookie>__(?:Host|Secure)-[\w-]+=)[^\s;'\",]+"
    r"|(?P<before_file>/)[\w-]{32,}(?=\.ics)"
    r"|(?P<before_parameters>\[parameters: ).*?(?=\]|$)"
    r"|(?P<before_pair>(?:password|passwd|secret|token|cookie|authorization|credential|pepper|verifier|session_id)"
    r"[\"']?\s*[=:]\s*[\"']?)[^\s,;&\"'}]+",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = {code: f"\\x{code:02x}" for code in [*range(32), 127, 0x85, 0x2028, 0x2029]} | {
    10: "\\n",
    13: "\\r",
    9: "\\t",
}
_NOISY = ("kombu", "amqp", "urllib3", "alembic", "gunicorn.access", "asyncio")


def configure(service: str, level: LogLevel, log_format: LogFormat, *, stream: TextIO | None = None) -> None:
    """Send all logs of this process to one stream (standard output), and crashes of its threads with them."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JSONLines(service) if log_format is LogFormat.JSON else TextLines(service))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.value)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Nine errors for one refused connection; the relay says in one line that it pauses, and why.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(__name__).critical("process.crashed", exc_info=(kind, error, trace))


def _log_thread_crash(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread else ""
    error = args.exc_value or args.exc_type()
    logging.getLogger(__name__).critical(
        "thread.crashed", exc_info=(args.exc_type, error, args.exc_traceback), extra={"thread_name": name}
    )


@contextmanager
def bind(**fields: str) -> Iterator[None]:
    """Add fields such as `request_id` to every line that this thread writes inside the block."""
    token = _context.set({**_context.get(), **fields})
    try:
        yield
    finally:
        _context.reset(token)


def bound(name: str) -> str:
    """Return a field of the current context, or nothing."""
    return _context.get().get(name, "")


def redact(text: str) -> str:
    """Replace what looks like a secret: tokens, passwords, cookies, keys, credentials in addresses."""
    return _SECRET_TEXT.sub(_redacted, text)


def _redacted(match: re.Match[str]) -> str:
    kept = next((text for name, text in match.groupdict().items() if name.startswith("before_") and text), "")
    return kept + REDACTED


def _cleaned(key: str, value: Any) -> Any:
    """Return a value as it may be logged; containers are cleaned all through."""
    if _SECRET_KEY.search(key):
        return REDACTED
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, Mapping):
        return {str(name): _cleaned(str(name), each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned("", each) for each in value]
    return redact(str(value))


class Redaction(logging.Formatter):
    """Gathers what a line says, as cleaned fields."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return the fields of a line; the traceback, if there is one, under `trace`."""
        extra = {key: value for key, value in vars(record).items() if key not in _RECORD_FIELDS}
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "event": redact(record.getMessage()),
        }
        fields |= {key: _cleaned(key, value) for key, value in {**_context.get(), **extra}.items()}
        if record.exc_info and record.exc_info[0]:
            fields["trace"] = redact("".join(traceback.format_exception(*record.exc_info)))
        return fields


class JSONLines(Redaction):
    """One JSON object a line; line breaks inside values are escaped by JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json.dumps(self.fields(record), ensure_ascii=True, default=str)


class TextLines(Redaction):
    """For eyes: time, level, event and fields; line breaks inside values are written out."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it the traceback, each line of it marked."""
        fields = self.fields(record)
        trace = str(fields.pop("trace", ""))
        head = [fields.pop("time")[11:23], f"{fields.pop('level'):7}", fields.pop("service"), fields.pop("event")]
        fields.pop("logger")
        line = " ".join([*map(str, head), *(f"{key}={value}" for key, value in fields.items())]).translate(_CONTROL)
        return "\n".join([line, *(f"    | {each.translate(_CONTROL)}" for each in trace.splitlines())])
