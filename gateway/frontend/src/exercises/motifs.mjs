// How hold and release follow each other, as a line in the upper corner: height is effort or air, width is time.

const path = (d) => `<path d="${d}"/>`;

/** Lines in a field of 72 by 34 that begins at `x`, `y`. */
export const motif = {
  pulses: (x, y) => path([4, 20, 36, 52, 68].map((step) => `M${x + step} ${y + 30}v-24`).join("")),
  plateaus: (x, y) => path(`M${x} ${y + 30}h6l5 -24h18l5 24h10l5 -24h18l5 24`),
  floors: (x, y) => path(`M${x} ${y + 32}h8v-9h10v-9h10v-9h16v9h10v9h10v9h8`),
  widening: (x, y) => path(`M${x + 36} ${y + 17}m-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M${x + 20} ${y + 17}h-18m7 -6l-7 6l7 6M${x + 52} ${y + 17}h18m-7 -6l7 6l-7 6`),
  wave: (x, y) => path(`M${x} ${y + 22}c6 -22 14 -22 20 -6s12 18 18 2s12 -18 18 -4s10 12 16 4`),
  even: (x, y) => path(`M${x} ${y + 30}c9 0 9 -26 18 -26s9 26 18 26s9 -26 18 -26s9 26 18 26`),
  longOut: (x, y) => path(`M${x} ${y + 30}c5 0 6 -26 12 -26c10 0 12 26 26 26c5 0 6 -26 12 -26c10 0 10 26 22 26`),
  square: (x, y) => path(`M${x + 6} ${y + 32}v-28h60v28z`),
  twoSteps: (x, y) => path(`M${x} ${y + 30}c6 0 6 -17 13 -17c5 0 5 -10 10 -10c14 0 18 27 46 27`),
  ripples: (x, y) => path(`M${x} ${y + 32}a32 32 0 0 1 64 0M${x + 13} ${y + 32}a19 19 0 0 1 38 0`),
};
