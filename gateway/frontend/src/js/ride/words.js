// Numbers as the rider reads them.

const FINE = new Set(["speed", "incline", "ahead", "w_prime_balance"]);

/** `26:50`, from an hour on `1:02:03`. */
export function clock(seconds) {
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** A value of a metric without its unit: pace as minutes and seconds, small values with one decimal. */
export function amount(metric, value) {
  if (!Number.isFinite(value)) return "–";
  if (metric.isPace) return clock(value);
  const isFine = FINE.has(metric.slug);
  // What rounds to nothing has no sign: adding zero takes it from a negative zero.
  const rounded = Math.round(isFine ? value * 10 : value) + 0;
  return (isFine ? (rounded / 10).toFixed(1) : String(rounded)).replace("-", "−");
}

export function withUnit(metric, value) {
  const text = amount(metric, value);
  if (text === "–" || !metric.unit) return text;
  return `${text} ${metric.unit}`;
}

/** Watts at a zone edge, rounded half up. */
export const watts = (value) => String(Math.floor(value + 0.5));
