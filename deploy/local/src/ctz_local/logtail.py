"""The end of a log file, for messages."""

from pathlib import Path

_BYTES = 4000


def tail(path: Path, lines: int = 15) -> str:
    """Return the last lines of a file; empty when it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
