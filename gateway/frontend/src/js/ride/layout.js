// Where everything lies: one time axis for all panels, a wide and a narrow cut.

const NARROW_BELOW = 560;
const FROM_ZERO = new Set(["ahead", "w_prime_balance"]);
const MUSIC_HEIGHT = 16;

/** Typed arrays sort numbers natively. */
function finite(values) {
  return Float64Array.from(values).filter(Number.isFinite).sort();
}

const STEPS = [500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5];
const PACE_STEPS = [600, 300, 120, 60, 30, 15, 10, 5];

/** Ticks at the largest round step that gives at least so many. */
function ticksBetween(low, high, steps, least) {
  for (const step of steps) {
    const first = Math.ceil(low / step) * step;
    if (first + (least - 1) * step > high) continue;
    return Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, place) => first + place * step);
  }
  return [(low + high) / 2];
}

/** Range and ticks of a panel; pace leaves out the slowest seconds, where somebody stands still. */
function valueRange(metric, leastTicks) {
  const sorted = finite(metric.other ? [...metric.values, ...metric.other.values] : metric.values);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  let low = metric.isPace ? at(0.01) : sorted[0];
  let high = metric.isPace ? at(0.95) : sorted.at(-1);
  if (metric.slug === "heart_rate" || metric.slug === "cadence") low = at(0.01);
  for (const range of metric.ranges) {
    low = Math.min(low, range.low);
    high = Math.max(high, range.high);
  }
  if (FROM_ZERO.has(metric.slug)) {
    low = Math.min(low, 0);
    high = Math.max(high, 0);
  }
  if (high - low < 4) {
    low -= 2;
    high += 2;
  }
  const margin = (high - low) * 0.06;
  return { low: low - margin, high: high + margin, ticks: ticksBetween(low - margin, high + margin, metric.isPace ? PACE_STEPS : STEPS, leastTicks) };
}

function mainPlot(series, y, narrow) {
  const height = narrow ? 226 : 306;
  series.bounds ??= series.scale.bounds(finite(series.main.values).at(-1));
  return { y0: y, y1: y + height, ...series.bounds };
}

function placePanels(metrics, from, narrow, isAlone) {
  let y = from;
  return metrics.map((metric, place) => {
    const large = isAlone && place === 0;
    const height = large ? (narrow ? 180 : 240) : narrow ? 56 : 66;
    const y0 = y + (narrow ? 26 : large ? 14 : 24);
    y = y0 + height;
    // Sorting every value costs more than drawing it: once is enough.
    metric.range ??= valueRange(metric, large ? 4 : 2);
    return { metric, y0, y1: y, ...metric.range };
  });
}

const placeStrip = (y, narrow) => ({ y: y + (narrow ? 10 : 12), lane: narrow ? 7 : 12 });

const placeMusic = (y, narrow) => ({ y: y + (narrow ? 10 : 14), height: MUSIC_HEIGHT });

export function layoutOf(width, series, hasPanels) {
  const narrow = width < NARROW_BELOW;
  const x0 = narrow ? 34 : 44;
  const x1 = width - (narrow ? 26 : 130);
  const plan = { width, narrow, x0, x1, main: null, strip: null, music: null, panels: [], axisY: 0, height: 0 };
  let y = 6;
  if (series.main) {
    plan.laneY = narrow ? 18 : 22;
    plan.main = mainPlot(series, plan.laneY + 8, narrow);
    y = plan.main.y1;
    if (series.adherence) {
      plan.strip = placeStrip(y, narrow);
      y = plan.strip.y + 3 * plan.strip.lane + 2;
    }
  }
  if (hasPanels) {
    plan.panels = placePanels(series.panels, y, narrow, !series.main);
    y = plan.panels.at(-1)?.y1 ?? y;
  }
  if (series.songs.length) {
    plan.music = placeMusic(y, narrow);
    y = plan.music.y + plan.music.height;
  }
  plan.axisY = y + 6;
  plan.height = plan.axisY + 26;
  return plan;
}

export function timeToX(plan, view, time) {
  return plan.x0 + ((time - view.start) / (view.end - view.start)) * (plan.x1 - plan.x0);
}

export function xToTime(plan, view, x) {
  const share = Math.min(Math.max((x - plan.x0) / (plan.x1 - plan.x0), 0), 1);
  return view.start + share * (view.end - view.start);
}

/** Height of a value in a plot, kept inside; pace is upside down, faster is up. */
export function valueToY(plot, value) {
  const share = (Math.min(Math.max(value, plot.low), plot.high) - plot.low) / (plot.high - plot.low);
  const up = plot.metric?.isPace ? 1 - share : share;
  return plot.y1 - up * (plot.y1 - plot.y0);
}

const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

export function timeTicks(plan, view) {
  const room = (plan.x1 - plan.x0) / (plan.narrow ? 64 : 88);
  const span = view.end - view.start;
  const step = TIME_STEPS.find((candidate) => span / candidate <= room) ?? 14400;
  const ticks = [];
  for (let time = Math.ceil(view.start / step) * step; time <= view.end; time += step) ticks.push(time);
  return ticks;
}
