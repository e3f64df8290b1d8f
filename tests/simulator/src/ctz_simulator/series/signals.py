"""Shapes of signals: lag, noise, coasting, exact totals."""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def lagged(signal: Floats, seconds: float) -> Floats:
    """The signal as a body or a flywheel follows it: an exponential lag of that time constant."""
    kernel = np.exp(-np.arange(int(4 * seconds) + 1) / seconds)
    kernel /= kernel.sum()
    padded = np.concatenate((np.full(len(kernel) - 1, signal[0]), signal))
    followed: Floats = np.convolve(padded, kernel, mode="valid")
    return followed


def wobble(rng: np.random.Generator, size: int, sigma: float, seconds: float = 3.0) -> Floats:
    """Noise around zero with that standard deviation, correlated over a few seconds."""
    width = max(1, round(seconds))
    white = rng.standard_normal(size + width - 1)
    summed: Floats = np.convolve(white, np.ones(width), mode="valid")
    return summed * (sigma / math.sqrt(width))


def drift(rng: np.random.Generator, size: int, sigma: float) -> Floats:
    """A slow wander around zero over minutes."""
    knots = rng.standard_normal(size // 120 + 3) * sigma
    return np.interp(np.arange(size), np.arange(len(knots)) * 120.0, knots)


def whole_watts(signal: Floats, joules: float) -> Floats:
    """The signal scaled to a total and made whole, so that the seconds sum to the whole joules exactly.

    What rounding takes from one second it gives to a later one; where the signal rests, the result rests.
    """
    current = float(signal.sum())
    scaled = signal * (joules / current) if current > 0 else np.full(len(signal), joules / max(1, len(signal)))
    return np.diff(np.rint(np.cumsum(scaled)), prepend=0.0)


def coasting(rng: np.random.Generator, size: int) -> Bools:
    """The seconds in which nobody pedals: the first one or two, and some short stops."""
    mask = np.zeros(size, dtype=np.bool_)
    mask[: int(rng.integers(0, 3))] = True
    for start in rng.integers(0, size, size=size // 600):
        mask[start : start + int(rng.integers(2, 7))] = True
    return mask


def recorded(rng: np.random.Generator, size: int, first_second: int, hole_count: int) -> Bools:
    """Which of the seconds 1..size reached the server: not those before the first, nor those of the dropouts."""
    mask = np.ones(size, dtype=np.bool_)
    mask[: first_second - 1] = False
    for _ in range(hole_count if size > 300 else 0):
        start = int(rng.integers(60, size - 60))
        mask[start : start + int(rng.integers(2, 27))] = False
    return mask
