// The ride on the landing page: invented by a fixed seed, in the shape of the series JSON. Its figures are computed from it.

const FTP_WATTS = 238;
const LENGTH_SECONDS = 2700;
const EDGES = [0.55, 0.75, 0.9, 1.05, 1.2, 1.5];
const LINES = [0.45, 0.65, 0.825, 0.975, 1.125, 1.35, 1.6];
const BLOCKS = [
  [720, 960, 3], [960, 1140, 4], [1140, 1260, 2], [1260, 1500, 4], [1500, 1620, 5], [1620, 1740, 2], [1740, 1920, 4],
  [1920, 2040, 5], [2040, 2100, 6], [2100, 2220, 1], [2220, 2310, 5], [2310, 2490, 3], [2490, 2550, 5],
];
const SPIN_UPS = [[480, 510], [540, 565], [600, 622]];

/** Mulberry32: the same numbers on every machine. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function wishAt(second) {
  const block = BLOCKS.find(([start, end]) => start <= second && second < end);
  if (block) {
    const late = block[0] === 2220 && second < 2290 ? 0.13 : 0;
    return LINES[block[2] - 1] - late;
  }
  if (SPIN_UPS.some(([start, end]) => start <= second && second < end)) return 1.02;
  return second < 720 ? 0.4 + (0.2 * second) / 720 : 0.44;
}

function ride() {
  const random = randomFrom(20250610);
  const output = [];
  const heartRate = [];
  const cadence = [];
  let power = 0.38;
  let drift = 0;
  let heart = 98;
  let turning = 84;
  for (let second = 0; second < LENGTH_SECONDS; second += 1) {
    power += (wishAt(second) - power) * 0.22;
    drift = drift * 0.94 + (random() - 0.5) * 0.042;
    output.push(Math.max(0, Math.round((power + drift + (random() - 0.5) * 0.06) * FTP_WATTS)));
    heart += (86 + 66 * Math.min(power, 1.25) + second / 200 - heart) * 0.014;
    heartRate.push(Math.round(heart));
    turning += (80 + 8 * Math.min(power, 1.2) - turning) * 0.1 + (random() - 0.5) * 1.6;
    cadence.push(Math.round(turning));
  }
  return { output, heart_rate: heartRate, cadence };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const zoneOf = (watts) => 1 + EDGES.filter((edge) => watts / FTP_WATTS > edge).length;

/** 30-second trailing mean from second 30 on; the fourth root of the mean of its fourth powers. */
function normalizedPower(watts) {
  let sum = 0;
  const powers = [];
  watts.forEach((value, index) => {
    sum += value - (index >= 30 ? watts[index - 30] : 0);
    if (index >= 29) powers.push((sum / 30) ** 4);
  });
  return mean(powers) ** 0.25;
}

export function exampleRide() {
  const values = ride();
  const counts = { above: 0, in: 0, below: 0 };
  for (const [start, end, called] of BLOCKS) {
    for (const watts of values.output.slice(start, end)) {
      const zone = zoneOf(watts);
      counts[zone > called ? "above" : zone < called ? "below" : "in"] += 1;
    }
  }
  const normalized = normalizedPower(values.output);
  const metric = (name, unit, series) => ({ name, unit, values: series, mean: Math.round(mean(series)), max: Math.max(...series) });
  return {
    clock: [[0, LENGTH_SECONDS, 1]],
    duration_seconds: LENGTH_SECONDS,
    metrics: {
      output: metric("Output", "W", values.output),
      heart_rate: metric("Heart rate", "bpm", values.heart_rate),
      cadence: metric("Cadence", "rpm", values.cadence),
    },
    zones: { ftp_watts: FTP_WATTS, edges_watts: EDGES.map((edge) => edge * FTP_WATTS) },
    targets: {
      blocks: BLOCKS.map(([start, end, zone]) => ({ start_seconds: start, end_seconds: end, zone })),
      in_seconds: counts.in,
      above_seconds: counts.above,
      below_seconds: counts.below,
    },
    gaps: [],
    facts: {
      title: "45 min Power Zone Ride",
      ftp_watts: FTP_WATTS,
      in_percent: Math.round((100 * counts.in) / (counts.above + counts.in + counts.below)),
      normalized_watts: Math.round(normalized),
      load: Math.round((LENGTH_SECONDS / 3600) * (normalized / FTP_WATTS) ** 2 * 100),
    },
  };
}
