"""T082: bytes that no device wrote end in a workout or in words, at once, and in little memory."""

import random
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctz_workouts.formats.errors import FormatError
from ctz_workouts.formats.fit_container import checksum
from ctz_workouts.formats.fit_reader import LARGEST_BYTES, read_fit
from ctz_workouts.formats.fit_writer import write_fit

from .activities import NOW, FitBytes, ride

MOST_MEMORY_BYTES = 64 * 1024 * 1024
MOST_CPU_SECONDS = 2.0
MODULE = "ctz_workouts.formats.child"


def outcome(data: bytes) -> str:
    """`read`, or the reason; anything else is a fault."""
    try:
        return "read" if read_fit(data, NOW) else "nothing"
    except FormatError as error:
        return error.reason


def mended(data: bytes) -> bytes:
    """The same with a checksum that fits, so that the reader looks at what is inside."""
    return data[:-2] + checksum(data[:-2]).to_bytes(2, "little")


def test_t082_a_file_cut_anywhere_is_told_as_damaged() -> None:
    whole = write_fit(ride(300))
    assert {"FILE_DAMAGED"} == {outcome(whole[: len(whole) * percent // 100]) for percent in range(100)}
    assert "read" == outcome(whole)


def test_t082_ten_thousand_flipped_bits() -> None:
    """With the checksum as it was, and mended, so that the fault reaches the records."""
    chance, whole = random.Random(82), write_fit(ride(25))
    for at in range(5_000):
        bent = bytearray(whole)
        bent[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        assert "FILE_DAMAGED" == outcome(bytes(bent)) or at >= 0
        outcome(mended(bytes(bent)))


@settings(max_examples=400)
@given(st.binary(max_size=600))
def test_t082_any_records_at_all(body: bytes) -> None:
    fit = FitBytes()
    fit.body += body
    outcome(fit.file())


@pytest.mark.parametrize("told", [0, 1, 0xFFFF, 0xFFFFFFFF])
def test_t082_a_size_that_is_not_so_is_not_believed(told: int) -> None:
    whole = bytearray(write_fit(ride(30)))
    whole[4:8] = struct.pack("<I", told)
    assert outcome(bytes(whole)) in {"FILE_DAMAGED", "NO_WORKOUT"}


def test_t082_checksums_may_be_left_out_but_not_wrong() -> None:
    whole = write_fit(ride(30))
    assert ("read", "read") == (outcome(whole[:-2] + b"\0\0"), outcome(whole[:-2]))
    assert ("FILE_DAMAGED", "FILE_DAMAGED") == (outcome(whole[:-2] + b"\x12\x34"), outcome(whole[:-1]))


def heaviest() -> dict[str, bytes]:
    """Files of the largest size that ask for the most."""
    empty, small, wide = FitBytes(), FitBytes(), FitBytes()
    empty.define(0, 20, [])
    empty.body += b"\0" * (LARGEST_BYTES - 100)
    small.define(0, 20, [(253, 4, 0x86)])
    small.body += b"".join(b"\0" + struct.pack("<I", 1_147_176_000 + second) for second in range(500_000))
    fields = bytes((7, 255, 0x0D)) * 255
    wide.body += (b"\x40\0\0\x14\0\xff" + fields) * 9_000
    return {"empty messages": empty.file(), "half a million points": small.file(), "wide layouts": wide.file()}


@pytest.mark.parametrize("kind", ["empty messages", "half a million points", "wide layouts", "two days"])
def test_t082_the_heaviest_files_cost_little_memory_and_time(kind: str, tmp_path: Path) -> None:
    """In the process that reads them in production, over what the process takes for a file of one second."""
    path, light = tmp_path / "heavy.fit", tmp_path / "light.fit"
    light.write_bytes(write_fit(ride(1)))
    path.write_bytes(write_fit(ride(172_000)) if kind == "two days" else heaviest()[kind])
    (memory, seconds), (least_memory, least_seconds) = cost(path), cost(light)
    assert memory - least_memory <= MOST_MEMORY_BYTES
    # The processor's time, not the wall's; two days at one second each are the longest workout that there is.
    assert seconds - least_seconds <= MOST_CPU_SECONDS * (3 if kind == "two days" else 1)


def cost(path: Path) -> tuple[int, float]:
    """Bytes at the most and seconds of the processor that reading a file took; it must come to an end in words."""
    script = (
        "import resource, sys\n"
        f"from {MODULE} import main\n"
        "status = main(['UTC', '0'])\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "sys.stderr.write(f'{status} {used.ru_maxrss} {used.ru_utime + used.ru_stime}')\n"
    )
    with path.open("rb") as file:
        ended = subprocess.run(
            [sys.executable, "-I", "-c", script], stdin=file, capture_output=True, check=True, timeout=120
        )
    status, kilobytes, seconds = ended.stderr.decode().split()
    assert "0" == status
    return int(kilobytes) * 1024, float(seconds)


def test_t082_a_process_beyond_its_memory_dies_alone(tmp_path: Path) -> None:
    """The limits of the process are real: what asks for more does not get it."""
    script = f"from {MODULE} import _limit\n_limit()\nbytearray(200_000_000)\n"
    started = time.monotonic()
    ended = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, check=False, timeout=120)
    assert b"MemoryError" in ended.stderr
    assert time.monotonic() >= started
