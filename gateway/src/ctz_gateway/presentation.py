"""What templates may call: filters, drawings and the addresses of built files. Installed once on the Flask app."""

from decimal import ROUND_HALF_UP, Decimal

from flask import Flask
from jinja2 import StrictUndefined

from ctz_gateway import drawing
from ctz_gateway.assets import Assets
from ctz_gateway.words import hours_minutes

MINUTE = 60
HOUR = 3600
MINUS = "\N{MINUS SIGN}"


def clock(seconds: float) -> str:
    """Seconds as `26:50`, from an hour on as `1:02:03`."""
    whole = int(seconds)
    hours, rest = divmod(abs(whole), HOUR)
    minutes, second = divmod(rest, MINUTE)
    text = f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"
    return f"{MINUS}{text}" if whole < 0 else text


def thousands(number: int) -> str:
    """`1284` as `1,284`, with a real minus sign."""
    return f"{number:,}".replace("-", MINUS)


def percent_of(part: float, whole: float) -> int:
    """Percent, rounded half up; 0 of nothing is 0."""
    if whole <= 0:
        return 0
    return int((Decimal(str(part)) * 100 / Decimal(str(whole))).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def install(app: Flask, assets: Assets) -> None:
    """Give the app's templates their filters, drawings and assets, and make undefined names an error."""

    def asset(name: str) -> str:
        # A page has some fifty icons; building each address by the router was a tenth of its time.
        return f"{app.static_url_path}/{assets.get(name).file}"

    def integrity(name: str) -> str:
        return assets.get(name).integrity

    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.filters.update(clock=clock, hours_minutes=hours_minutes, thousands=thousands, percent_of=percent_of)
    env.globals.update(
        asset=asset,
        integrity=integrity,
        example_facts=assets.example,
        zone_bar_parts=drawing.zone_bar,
        mini_bar_paths=drawing.mini_bars,
        mini_line_path=drawing.mini_line,
        mini_width=drawing.mini_width,
        share_parts=drawing.shares,
        profile_steps=drawing.profile,
    )
