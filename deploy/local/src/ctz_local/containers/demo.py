"""The demo in containers: the simulator's histories as a file, and the people of the demo."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

from ctz_local.demo import DEMO_ACCOUNT, yesterday
from ctz_local.demo_people import Places, prepare_mates, prepare_rider
from ctz_local.errors import StateUnreadable
from ctz_local.rider import DEMO_MATES


def write_histories(file: Path) -> None:
    """Write what the simulator's members have ridden; once, since another last day would be another history."""
    if file.exists():
        return
    ends_on = yesterday().isoformat()
    members = (DEMO_ACCOUNT, *(mate.account for mate in DEMO_MATES))
    text = json.dumps([asdict(member) | {"ends_on": ends_on} for member in members], indent=1)
    file.write_text(text, "utf-8")


def prepare_people(places: Places, histories: Path) -> None:
    """Make the rider, the administrator, the mates and their challenge, where that is not done yet."""
    prepare_rider(places, DEMO_ACCOUNT, says_yes_to_ftp=True)
    prepare_mates(places, _last_day(histories), is_sync_awaited=False)


def _last_day(histories: Path) -> date:
    try:
        return date.fromisoformat(json.loads(histories.read_text("utf-8"))[0]["ends_on"])
    except (OSError, ValueError, LookupError) as error:
        raise StateUnreadable(f"{histories} cannot be read: {error}") from error
