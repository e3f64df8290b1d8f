"""The words that guessers try first."""


def load_common_passwords() -> frozenset[str]:
    """Return 45,000 common passwords and names in lower case, from the frequency lists of the zxcvbn package."""
    # Imported here: the package's tables cost 14 MB, which only processes that set passwords need.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]  # noqa: PLC0415

    names = ("passwords", "male_names", "female_names", "surnames")
    return frozenset(word for name in names for word in FREQUENCY_LISTS[name])
