// Scales and words that the charts over spans of time share.

export const NARROW_BELOW = 560;
const ROUND_STEPS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000];

/** Ticks from low to high, at most `most` of them, at a round step. */
export function roundTicks(low, high, most) {
  const step = ROUND_STEPS.find((candidate) => (high - low) / candidate <= most) ?? 2000;
  const ticks = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) ticks.push(value);
  return ticks;
}

export function heightOf(plot, value) {
  const share = (Math.min(Math.max(value, plot.low), plot.high) - plot.low) / (plot.high - plot.low);
  return plot.y1 - share * (plot.y1 - plot.y0);
}

/** A number with a real minus sign and no decimals. */
export const whole = (value) => String(Math.round(value)).replace("-", "−");

/** `5 s`, `20 min`. */
export const effortLength = (seconds) => (seconds < 60 ? `${seconds} s` : `${seconds / 60} min`);

/** The same where there is little room: the unit stands at its first tick and at the last one. */
export function axisLength(ticks, place) {
  const isMinutes = (at) => ticks[at] >= 60;
  const isFirst = place === 0 || isMinutes(place) !== isMinutes(place - 1);
  const text = effortLength(ticks[place]);
  return isFirst || place === ticks.length - 1 ? text : text.split(" ")[0];
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAY = 86400000;

/** The day that lies so many days after an ISO date, as numbers. */
export function dayAfter(first, days) {
  const at = new Date(Date.parse(`${first}T00:00:00Z`) + days * DAY);
  return { day: at.getUTCDate(), month: at.getUTCMonth(), year: at.getUTCFullYear(), weekday: (at.getUTCDay() + 6) % 7 };
}

export const dayText = ({ day, month, year }) => `${day} ${MONTHS[month]} ${year}`;
export const monthName = (month) => MONTHS[month].slice(0, 3);
