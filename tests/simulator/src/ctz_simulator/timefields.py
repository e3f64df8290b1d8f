"""Local wall-clock time of a workout."""

from datetime import UTC, date, datetime, timedelta


def local_time(epoch: int, utc_offset: int) -> datetime:
    """The wall clock at an epoch second, as a naive-looking UTC datetime."""
    return datetime.fromtimestamp(epoch, UTC) + timedelta(seconds=utc_offset)


def local_date(epoch: int, utc_offset: int) -> date:
    """The local day of an epoch second."""
    return local_time(epoch, utc_offset).date()


def month_key(epoch: int, utc_offset: int) -> str:
    """YYYY-MM of the local day."""
    return local_time(epoch, utc_offset).strftime("%Y-%m")
