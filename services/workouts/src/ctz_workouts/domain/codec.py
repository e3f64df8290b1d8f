"""The stored form of a series: one compact value a workout.

Layout, little endian. Outside: version byte, CRC-32 u32 of what follows, then a zlib stream. Inside: sample count u32,
run count u32, first second u32, metric count u8; per run: step u32, repeats u32; per metric: slug and unit (length u8
and UTF-8 each), kind u8 (0 = i16, 1 = i32 deltas of whole numbers, 2 = f64 values), scale u16, data. Deltas skip nulls,
which are the smallest integer of their kind. Bytes of equal rank lie together, which compresses better.
"""

import struct
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ctz_workouts.domain.arrays import FloatArray, IntArray
from ctz_workouts.domain.errors import SeriesCorruptError, SeriesMalformedError, SeriesVersionUnknownError
from ctz_workouts.domain.series import LONGEST_SECONDS, Metric, Series

FORMAT_VERSION = 2
WITHOUT_CHECK = 1
"""The version before: zlib's own checksum alone, which some altered bytes of a short series pass. It is still read."""
LARGEST_BODY_BYTES = 16_000_000
"""Two days of ten metrics in the widest kind: what reading is willing to inflate."""

_SCALES = (1, 10, 100, 1000)
_KIND_FLOAT = 2
_FLOAT_TYPE = np.dtype("<f8")
_RUN_TYPE = np.dtype("<u4")
_CHECK = struct.Struct("<I")
_HEAD = struct.Struct("<IIIB")
_KIND_AND_SCALE = struct.Struct("<BH")
# Half the work of zlib's default for four percent more bytes.
_COMPRESSION_LEVEL = 4


@dataclass(frozen=True, slots=True)
class _DeltaKind:
    """A width of deltas; its smallest integer stands for null."""

    dtype: np.dtype[np.int16] | np.dtype[np.int32]
    null: int

    def holds(self, deltas: FloatArray) -> bool:
        """Whether all deltas fit without meeting the null."""
        return not deltas.size or float(np.abs(deltas).max()) < -self.null


_DELTA_KINDS = (_DeltaKind(np.dtype("<i2"), -(2**15)), _DeltaKind(np.dtype("<i4"), -(2**31)))


def encode_series(series: Series) -> bytes:
    """Bytes from which `decode_series` gives an equal series."""
    runs = _runs(series.seconds)
    first = int(series.seconds[0]) if series.seconds.size else 0
    head = _HEAD.pack(series.seconds.size, runs.shape[0], first, len(series.metrics))
    body = b"".join((head, runs.tobytes(), *(part for metric in series.metrics for part in _metric_parts(metric))))
    packed = zlib.compress(body, _COMPRESSION_LEVEL)
    return b"".join((bytes([FORMAT_VERSION]), _CHECK.pack(zlib.crc32(packed)), packed))


def decode_series(stored: bytes) -> Series:
    """Return the series that was encoded, or a `SeriesUnreadableError`."""
    if not stored:
        raise SeriesCorruptError("nothing stored")
    if stored[0] not in {FORMAT_VERSION, WITHOUT_CHECK}:
        raise SeriesVersionUnknownError(stored[0])
    reader = _Reader(_inflate(stored[1:] if stored[0] == WITHOUT_CHECK else _checked(stored[1:])))
    try:
        series = _read_series(reader)
    except (SeriesMalformedError, struct.error, UnicodeDecodeError) as error:
        raise SeriesCorruptError(str(error)) from error
    if reader.left:
        raise SeriesCorruptError(f"{reader.left} bytes too many")
    return series


def _checked(sealed: bytes) -> bytes:
    """The zlib stream behind its checksum, which finds every alteration of up to four bytes in a row."""
    told, packed = sealed[: _CHECK.size], sealed[_CHECK.size :]
    if told != _CHECK.pack(zlib.crc32(packed)):
        raise SeriesCorruptError("altered since it was stored")
    return packed


def _inflate(compressed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        body = inflater.decompress(compressed, LARGEST_BODY_BYTES)
    except zlib.error as error:
        raise SeriesCorruptError(str(error)) from error
    if not inflater.eof or inflater.unused_data:
        raise SeriesCorruptError("the compressed stream does not end where it should")
    return body


def _runs(seconds: IntArray) -> npt.NDArray[np.uint32]:
    """Rows of (step, repeats) that lead from the first second to the last."""
    steps = np.diff(seconds)
    starts = np.flatnonzero(np.concatenate(([True], np.diff(steps) != 0))) if steps.size else np.empty(0, np.int64)
    repeats = np.diff(np.concatenate((starts, [steps.size])))
    return np.stack((steps[starts], repeats), axis=1).astype(_RUN_TYPE)


def _metric_parts(metric: Metric) -> tuple[bytes, ...]:
    kind, scale, data = _pack_values(metric.values)
    return _text(metric.slug), _text(metric.unit), _KIND_AND_SCALE.pack(kind, scale), data


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<B", len(encoded)) + encoded


def _pack_values(values: FloatArray) -> tuple[int, int, bytes]:
    """Kind, scale and bytes of a metric, in the narrowest form that loses nothing."""
    known = ~np.isnan(values)
    scaled = _whole_numbers(values[known])
    if scaled is not None:
        scale, whole = scaled
        deltas = np.diff(whole, prepend=0)
        for number, kind in enumerate(_DELTA_KINDS):
            if kind.holds(deltas):
                spread = np.full(values.size, float(kind.null))
                spread[known] = deltas
                return number, scale, _shuffled(spread.astype(kind.dtype))
    return _KIND_FLOAT, 1, _shuffled(values.astype(_FLOAT_TYPE))


def _whole_numbers(values: FloatArray) -> tuple[int, FloatArray] | None:
    """Return the smallest scale at which all values are whole numbers, and those numbers; none without one."""
    # From 2^31 on nothing fits the delta kinds.
    if not (np.abs(values) < 2**31).all():
        return None
    for scale in _SCALES:
        whole = np.rint(values * scale)
        if np.array_equal(whole / scale, values):
            return scale, whole
    return None


def _shuffled(packed: npt.NDArray[np.generic]) -> bytes:
    return packed.view(np.uint8).reshape(packed.size, packed.itemsize).T.tobytes()


class _Reader:
    """Takes the parts of a body in order and never reads past its end."""

    def __init__(self, body: bytes) -> None:
        self._body = memoryview(body)
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes not yet taken."""
        return len(self._body) - self._at

    def take(self, size: int) -> memoryview:
        """Return the next bytes."""
        if size > self.left:
            raise SeriesCorruptError(f"{size} bytes expected, {self.left} left")
        self._at += size
        return self._body[self._at - size : self._at]

    def text(self) -> str:
        """Return the next text."""
        return bytes(self.take(self.take(1)[0])).decode()

    def numbers(self, count: int, dtype: np.dtype[np.generic]) -> npt.NDArray[np.generic]:
        """Return the next shuffled numbers."""
        planes = np.frombuffer(self.take(count * dtype.itemsize), dtype=np.uint8).reshape(dtype.itemsize, count)
        return np.ascontiguousarray(planes.T).reshape(-1).view(dtype)


def _read_series(reader: _Reader) -> Series:
    samples, runs, first, metric_count = _HEAD.unpack(reader.take(_HEAD.size))
    if samples > LONGEST_SECONDS + 1:
        raise SeriesCorruptError(f"{samples} samples")
    table = np.frombuffer(reader.take(runs * 2 * _RUN_TYPE.itemsize), dtype=_RUN_TYPE).reshape(runs, 2)
    seconds = _read_seconds(samples, first, table)
    return Series(seconds, tuple(_read_metric(reader, samples) for _ in range(metric_count)))


def _read_seconds(samples: int, first: int, table: npt.NDArray[np.uint32]) -> IntArray:
    steps, repeats = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    if repeats.sum() != max(samples - 1, 0) or (steps * repeats).sum() + first > LONGEST_SECONDS:
        raise SeriesCorruptError("the runs of seconds do not add up")
    if not samples:
        return np.empty(0, np.int32)
    rises = np.concatenate(([first], np.repeat(steps, repeats)))
    return np.cumsum(rises).astype(np.int32)


def _read_metric(reader: _Reader, samples: int) -> Metric:
    slug, unit = reader.text(), reader.text()
    kind, scale = _KIND_AND_SCALE.unpack(reader.take(_KIND_AND_SCALE.size))
    if kind == _KIND_FLOAT:
        return Metric(slug, unit, reader.numbers(samples, _FLOAT_TYPE).astype(np.float64))
    if kind > _KIND_FLOAT or scale not in _SCALES:
        raise SeriesCorruptError(f"kind {kind} at scale {scale}")
    deltas = reader.numbers(samples, _DELTA_KINDS[kind].dtype).astype(np.int64)
    known = deltas != _DELTA_KINDS[kind].null
    values = np.full(samples, np.nan)
    values[known] = np.cumsum(deltas[known]) / scale
    return Metric(slug, unit, values)
