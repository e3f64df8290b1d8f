"""The list of passwords that guessers try first."""


def load_common_passwords() -> frozenset[str]:
    """Return 30,000 common passwords in lower case, from the frequency lists of the zxcvbn package."""
    # Imported here: the package's tables cost 14 MB, which only processes that set passwords need.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]  # noqa: PLC0415

    return frozenset(FREQUENCY_LISTS["passwords"])
