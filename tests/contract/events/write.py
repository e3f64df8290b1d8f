"""Adds a generation to the golden file of every event whose message has changed.

`python -m events.write`, in `tests/contract`. It refuses to go on where bytes that were once
published would now be read as something else.
"""

import sys

from ctz_chassis.events import to_headers

from .golden import (
    FOLDER,
    Generation,
    Golden,
    bytes_of,
    documented_types,
    event_of,
    fields_of,
    golden_types,
    message_type,
    sample,
)


def refresh(event_type: str) -> str:
    """Bring one file up to date; says what was done."""
    message = sample(event_type)
    now = Generation(fields_of(message), bytes_of(message))
    known = Golden.read(event_type).generations if event_type in golden_types() else []
    for old in known:
        if fields_of(message_type(event_type).FromString(old.data)) != old.fields:
            raise SystemExit(f"{event_type}: bytes that were published would be read as something else; see golden.py")
    if known and known[-1] == now:
        return "unchanged"
    Golden(event_type, to_headers(event_of(event_type, now.data)), [*known, now]).write()
    return f"generation {len(known) + 1} added"


def main() -> None:
    """Bring all files up to date."""
    FOLDER.mkdir(exist_ok=True)
    for event_type in documented_types():
        sys.stdout.write(f"{event_type}: {refresh(event_type)}\n")


if __name__ == "__main__":
    main()
