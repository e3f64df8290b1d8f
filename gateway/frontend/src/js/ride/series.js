// The series JSON as typed arrays, with the questions that the drawing and the cursor ask. No DOM here.
import { paceScale, powerScale, zoneOf } from "./scale.js";

const ORDER = ["pace", "split_pace", "output", "heart_rate", "cadence", "stroke_rate", "resistance", "speed", "incline", "altitude", "ahead", "w_prime_balance"];
const PACES = new Set(["pace", "split_pace"]);
// Domain rule: a hole is longer than one and a half usual steps.
const HOLE_STEPS = 1.5;

function expandClock(runs) {
  const times = [];
  for (const [first, samples, step] of runs) {
    for (let index = 0; index < samples; index += 1) times.push(first + index * step);
  }
  return Float64Array.from(times);
}

function usualStep(times) {
  if (times.length < 2) return 1;
  const steps = times.subarray(1).map((time, index) => time - times[index]).sort();
  return steps[steps.length >> 1] || 1;
}

function readMetric(slug, raw, ranges) {
  return {
    ranges: (ranges ?? []).map(readRange),
    slug,
    name: raw.name,
    unit: raw.unit,
    isPace: PACES.has(slug),
    values: numbers(raw.values),
    other: raw.other ? { name: raw.other.name, values: numbers(raw.other.values) } : null,
    mean: raw.mean ?? null,
    max: raw.max ?? null,
  };
}

function numbers(values) {
  return Float64Array.from(values, (value) => value ?? NaN);
}

function rank(slug) {
  const place = ORDER.indexOf(slug);
  return place < 0 ? ORDER.length : place;
}

export function readSeries(json) {
  const times = expandClock(json.clock);
  const metrics = Object.entries(json.metrics)
    .map(([slug, raw]) => readMetric(slug, raw, json.ranges?.[slug]))
    .filter((metric) => metric.values.some((value) => Number.isFinite(value)))
    .sort((a, b) => rank(a.slug) - rank(b.slug));
  const scale = scaleOf(json, metrics);
  const told = scale && metrics.find((metric) => metric.slug === scale.slug);
  return {
    times,
    step: usualStep(times),
    start: Math.min(0, times[0] ?? 0),
    end: Math.max(json.duration_seconds, times.at(-1) ?? 0),
    metrics,
    main: told ? { ...told, values: told.values.map(scale.level) } : null,
    scale,
    panels: metrics.filter((metric) => metric !== told),
    blocks: scale && json.targets ? json.targets.blocks.map((raw) => readBlock(raw, scale)) : [],
    adherence: readAdherence(json.targets),
    gaps: (json.gaps ?? []).map((gap) => ({ start: gap.start_seconds, end: gap.end_seconds })),
    songs: readSongs(json.songs ?? [], (times.at(-1) ?? 0) + usualStep(times)),
  };
}

/** What the main plot is read against: power zones, else pace bands, else nothing. */
function scaleOf(json, metrics) {
  const has = (slug) => metrics.some((metric) => metric.slug === slug);
  if (json.zones && has("output")) return powerScale(json.zones);
  return json.pace && has(json.pace.metric) ? paceScale(json.pace) : null;
}

/** Songs with the second at which the next one begins, the last one with the end. */
function readSongs(songs, end) {
  return songs
    .map(({ start_seconds: start, text }, place) => ({ start, text, end: songs[place + 1]?.start_seconds ?? end }))
    .filter(({ start }) => start < end);
}

export function songAt(series, time) {
  return series.songs.find(({ start, end }) => start <= time && time < end) ?? null;
}

/** Null where nothing was analysed: then no strip is drawn. */
function readAdherence(targets) {
  if (!targets?.in_seconds && !targets?.above_seconds && !targets?.below_seconds) return null;
  return { above: targets.above_seconds, in: targets.in_seconds, below: targets.below_seconds };
}

function readRange(raw) {
  return { start: raw.start_seconds, end: raw.end_seconds, low: raw.low, high: raw.high };
}

function readBlock(raw, scale) {
  const line = raw.line_share ? raw.line_share * scale.ftp : scale.lines[raw.zone];
  return { start: raw.start_seconds, end: raw.end_seconds, zone: raw.zone, line };
}

/** Stretches of the called time with a side each: -1 below, 0 in, 1 above the called zone. */
export function adherenceRuns(series) {
  const found = [];
  const { main, scale } = series;
  const { values } = main;
  let place = 0;
  for (let index = 0; index < values.length; index += 1) {
    const time = series.times[index];
    while (place < series.blocks.length && series.blocks[place].end <= time) place += 1;
    const block = series.blocks[place];
    if (!block || time < block.start || !Number.isFinite(values[index])) continue;
    const side = Math.sign(zoneOf(scale, values[index]) - block.zone);
    const end = Math.min(time + series.step, block.end);
    const last = found.at(-1);
    if (last && last.side === side && last.end >= time) last.end = end;
    else found.push({ start: time, end, side });
  }
  return found;
}

export function blockAt(series, time) {
  return series.blocks.find((block) => block.start <= time && time < block.end) ?? null;
}

/** The stretches of the axis that no block covers. */
export function uncalled(series) {
  const free = [];
  let from = series.start;
  for (const block of series.blocks) {
    if (block.start > from) free.push({ start: from, end: block.start });
    from = Math.max(from, block.end);
  }
  if (series.blocks.length && from < series.end) free.push({ start: from, end: series.end });
  return free;
}

/** Index of the sample nearest to a time. */
export function nearest(series, time) {
  const { times } = series;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low > 0 && time - times[low - 1] <= times[low] - time ? low - 1 : low;
}

/** Runs `[from, to)` of indices without a missing value or a hole in the clock. */
export function runs(series, values) {
  const { times, step } = series;
  const found = [];
  let from = -1;
  for (let index = 0; index < values.length; index += 1) {
    const isThere = Number.isFinite(values[index]);
    const isBehindHole = index > 0 && times[index] - times[index - 1] > HOLE_STEPS * step;
    if (from >= 0 && (!isThere || isBehindHole)) {
      found.push([from, index]);
      from = -1;
    }
    if (isThere && from < 0) from = index;
  }
  if (from >= 0) found.push([from, values.length]);
  return found;
}

/** Centred mean over so many seconds; it never reaches across a hole. */
export function smooth(series, values, seconds) {
  const half = Math.floor(seconds / series.step / 2);
  if (half < 1) return values;
  const result = new Float64Array(values.length).fill(NaN);
  for (const [from, to] of runs(series, values)) {
    const sums = new Float64Array(to - from + 1);
    for (let index = from; index < to; index += 1) sums[index - from + 1] = sums[index - from] + values[index];
    for (let index = from; index < to; index += 1) {
      const low = Math.max(index - half, from);
      const high = Math.min(index + half + 1, to);
      result[index] = (sums[high - from] - sums[low - from]) / (high - low);
    }
  }
  return result;
}

/** Mean of the values with `start <= time < end`; NaN when there are none. */
export function meanBetween(series, values, start, end) {
  let sum = 0;
  let count = 0;
  for (let index = 0; index < values.length; index += 1) {
    if (series.times[index] < start || series.times[index] >= end || !Number.isFinite(values[index])) continue;
    sum += values[index];
    count += 1;
  }
  return count ? sum / count : NaN;
}

/** Normalized power of a stretch: only from one value a second, without holes, and from 30 seconds on; else NaN. */
export function normalizedPower(series, start, end) {
  if (series.step !== 1 || !series.scale?.ftp) return NaN;
  const values = series.main.values.filter((_, index) => series.times[index] >= start && series.times[index] < end);
  if (values.length < 30 || values.length < end - start - 1 || values.some(Number.isNaN)) return NaN;
  let sum = 0;
  let fourth = 0;
  for (let index = 0; index < values.length; index += 1) {
    sum += values[index] - (index >= 30 ? values[index - 30] : 0);
    if (index >= 29) fourth += (sum / 30) ** 4;
  }
  return (fourth / (values.length - 29)) ** 0.25;
}
