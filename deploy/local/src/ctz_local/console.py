"""What the operator sees: one line of the supervisor or of a process each, with a coloured name in front."""

import logging
import os
import sys
import threading
from collections import deque
from typing import IO, Final, TextIO

# Colours that read on dark and on light terminals.
_COLOURS: Final = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
_NAME_WIDTH: Final = 13
_KEPT_LINES: Final = 60


class Console:
    """Writes whole lines from several threads; colours only on a terminal, and nothing but errors when quiet."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._quiet = quiet
        self._colours: dict[str, int] = {}
        self._has_colours = self._stream.isatty() and "NO_COLOR" not in os.environ
        self._lock = threading.Lock()

    def say(self, text: str, *, important: bool = False) -> None:
        """Write a line of the supervisor itself; `important` ones also when quiet."""
        if important or not self._quiet:
            self._write("ctz", text)

    def relay(self, name: str, line: str) -> None:
        """Write a line that a process wrote."""
        if not self._quiet:
            self._write(name, line)

    def _write(self, name: str, text: str) -> None:
        with self._lock:
            label = f"{name:<{_NAME_WIDTH}}"
            if self._has_colours:
                colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
                label = f"\x1b[{colour}m{label}\x1b[0m"
            for line in text.splitlines() or [""]:
                self._stream.write(f"{label} {line}\n")
            self._stream.flush()


class ConsoleHandler(logging.Handler):
    """Sends the log of this package's servers to the console."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        self._console.relay(record.name.rpartition(".")[2], record.getMessage())


class Pump:
    """Carries what one process writes to the console, and keeps its last lines for messages about its end."""

    def __init__(self, name: str, source: IO[bytes], console: Console) -> None:
        self._name = name
        self._source = source
        self._console = console
        self._last: deque[str] = deque(maxlen=_KEPT_LINES)
        self._thread = threading.Thread(target=self._run, name=f"log-{name}", daemon=True)
        self._thread.start()

    def last_lines(self, count: int = 15) -> str:
        """Return the last lines that the process wrote, after its end all of them."""
        self._thread.join(0.5)
        return "\n".join(list(self._last)[-count:])

    def _run(self) -> None:
        with self._source:
            for raw in self._source:
                # Control characters of a log line must not reach the terminal.
                line = raw.decode(errors="replace").rstrip("\r\n").replace("\x1b", "\\x1b")
                self._last.append(line)
                self._console.relay(self._name, line)
