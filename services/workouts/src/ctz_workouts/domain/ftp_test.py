"""FTP tests: the scored 20-minute class, and the FTP that follows from it."""

from dataclasses import dataclass

from ctz_workouts.domain.zones import round_half_up

SHARE_OF_MEAN = 0.95
"""Domain.md: 0.95 × mean power of the 20-minute test, rounded; what Peloton computes too."""
SHORTEST_TEST_SECONDS = 1_140
"""A test that was left more than a minute early is none."""
LONGEST_TEST_SECONDS = 1_500
"""The scored class lasts 20 minutes; one with a warm-up in it has another mean."""


@dataclass(frozen=True, slots=True)
class FTPTestResult:
    """Mean power of the test in watts, and the FTP in whole watts."""

    mean_watts: float
    ftp_watts: int


def ftp_test_result(mean_watts: float | None, ridden_seconds: int | None) -> FTPTestResult | None:
    """Return the result of a workout whose class is an FTP test; none when it was not ridden whole, or without power.

    `mean_watts` is the mean over the whole test as the source reports it: coasting counts.
    """
    if not mean_watts or ridden_seconds is None:
        return None
    if not SHORTEST_TEST_SECONDS <= ridden_seconds <= LONGEST_TEST_SECONDS:
        return None
    return FTPTestResult(mean_watts, round_half_up(SHARE_OF_MEAN * mean_watts))
