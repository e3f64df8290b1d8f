// What the main plot is read against: the seven power zones of an FTP, or the pace bands of a level. No DOM here.
import { clock, watts } from "./words.js";

const POWER_NAMES = ["", "Active recovery", "Endurance", "Tempo", "Threshold", "VO2 max", "Anaerobic", "Neuromuscular"];
const POWER_LINES = [0, 0.45, 0.65, 0.825, 0.975, 1.125, 1.35, 1.6];
const FLOOR_WATTS = 40;
// Room above zone 6, and the height beyond which a sprint is cut: the tooltip has the value.
const HEADROOM = 1.58;
const HIGHEST = 2.2;
// A belt moves in tenths of a mile an hour: a pace of that speed lands a little beside the edge.
const PACE_TOLERANCE = 0.004;

/** Watts against the zones of an FTP; an upper edge belongs to the lower zone, on the exact ratio. */
export function powerScale({ ftp_watts: ftp, edges_watts: edges }) {
  return {
    slug: "output",
    label: "Output",
    unit: "W",
    mark: "Z",
    word: "zone",
    ftp,
    edges,
    names: POWER_NAMES,
    lines: POWER_LINES.map((share) => share * ftp),
    level: (value) => value,
    reaches: (level, edge) => level > edge,
    text: watts,
    bounds: (highest) => ({ low: Math.min(FLOOR_WATTS, 0.17 * ftp), high: Math.min(Math.max(HEADROOM * ftp, highest * 1.04), HIGHEST * ftp) }),
  };
}

/** Pace against the bands of a level. Levels are speeds, so that faster is up; an edge belongs to the faster band. */
export function paceScale({ metric, name, unit, names, edges, lines }) {
  const isPace = metric !== "speed";
  const level = (value) => (isPace ? 3600 / value : value);
  const levels = edges.map(level);
  return {
    slug: metric,
    label: name,
    unit,
    mark: "",
    word: "pace",
    ftp: 0,
    edges: levels,
    names: ["", ...names],
    lines: [0, ...lines.map(level)],
    level,
    reaches: (speed, edge) => speed >= edge * (1 - PACE_TOLERANCE),
    text: (speed) => (isPace ? clock(3600 / speed) : speed.toFixed(1)),
    bounds: (highest) => ({ low: 0.72 * levels[0], high: Math.min(Math.max(1.14 * levels.at(-1), 1.03 * highest), 1.5 * levels.at(-1)) }),
  };
}

export function zoneOf(scale, level) {
  let zone = 1;
  for (const edge of scale.edges) if (scale.reaches(level, edge)) zone += 1;
  return zone;
}

/** Lower and upper edge of a zone; the last has no upper edge. */
export function zoneRange(scale, zone) {
  return { low: zone > 1 ? scale.edges[zone - 2] : 0, high: scale.edges[zone - 1] ?? Infinity };
}

/** `214–250 W`, `over 357 W`; of a pace `5:33–5:10 /km`, `slower than 6:10 /km`. */
export function rangeText(scale, zone) {
  const { low, high } = zoneRange(scale, zone);
  const isPower = scale.ftp > 0;
  if (!Number.isFinite(high)) return `${isPower ? "over" : "from"} ${scale.text(low)} ${scale.unit}${isPower ? "" : " on"}`;
  if (!low && !isPower) return `slower than ${scale.text(high)} ${scale.unit}`;
  return `${scale.text(low)}–${scale.text(high)} ${scale.unit}`;
}

/** `Z4`, of a pace `4 Challenging`. */
export function zoneText(scale, zone) {
  return scale.mark ? `${scale.mark}${zone}` : `${zone} ${scale.names[zone]}`;
}

export const levelText = (scale, level) => `${scale.text(level)} ${scale.unit}`;
