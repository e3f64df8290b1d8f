// The arithmetic of a session: which phase a second lies in, rounds of a set, where skipping leads. No page, no clock.

/** Phases with their start and end in seconds. */
export function laidOut(timeline) {
  let at = 0;
  return timeline.phases.map((phase, index) => {
    const start = at;
    at += phase.seconds;
    return { ...phase, index, start, end: at };
  });
}

/** The phase that a second lies in; the last one from the end on. */
export function phaseAt(phases, second) {
  let low = 0;
  let high = phases.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (phases[middle].end <= second) low = middle + 1;
    else high = middle;
  }
  return phases[low];
}

const isWork = (phase) => phase.kind === "hold" || phase.kind === "release";
const sameSet = (a, b) => a.step === b.step && a.set === b.set && a.side === b.side;

/** The rounds of the set that a phase belongs to, or leads to: each from its hold to the end of its release. */
export function roundsOf(phases, phase) {
  const anchor = isWork(phase) ? phase : phases.slice(phase.index).find(isWork);
  if (!anchor) return [];
  const rounds = [];
  for (const each of phases) {
    if (!isWork(each) || !sameSet(each, anchor)) continue;
    const last = rounds.at(-1);
    if (last && last.repetition === each.repetition) {
      last.end = each.end;
      last.hold ??= each.kind === "hold" ? each.seconds : 0;
    } else rounds.push({ repetition: each.repetition, start: each.start, end: each.end, hold: each.kind === "hold" ? each.seconds : 0 });
  }
  return rounds;
}

/** Seconds at which one may go on: the begin of each round, and of each phase that is none. */
export function stops(phases) {
  const found = [];
  let before = null;
  for (const phase of phases) {
    const goesOn = before && isWork(phase) && isWork(before) && sameSet(phase, before) && phase.repetition === before.repetition;
    if (!goesOn) found.push(phase.start);
    before = phase;
  }
  return found;
}

const GRACE = 1.5;

/** Where "back" leads: to the begin of this round, or of the one before when this has just begun. */
export function backFrom(marks, second) {
  return marks.filter((mark) => mark < second - GRACE).at(-1) ?? 0;
}

/** Where "skip" leads: to the begin of the next round, or to the end. */
export function forwardFrom(marks, second, end) {
  return marks.find((mark) => mark > second + 0.01) ?? end;
}

/** `6:04` */
export function clock(seconds) {
  const whole = Math.max(Math.ceil(seconds - 1e-6), 0);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A position that moves with a steady clock while it runs; what was skipped or paused is not counted as done. */
export class Position {
  constructor(now, at = 0, done = 0) {
    this.now = now;
    this.at = at;
    this.done = done;
    this.since = null;
  }

  get isRunning() {
    return this.since !== null;
  }

  /** Seconds since the begin of the session, and of what was done. */
  read() {
    const run = this.isRunning ? (this.now() - this.since) / 1000 : 0;
    return { at: this.at + run, done: this.done + run };
  }

  run() {
    if (!this.isRunning) this.since = this.now();
  }

  pause() {
    ({ at: this.at, done: this.done } = this.read());
    this.since = null;
  }

  jump(second) {
    const wasRunning = this.isRunning;
    this.pause();
    this.at = second;
    if (wasRunning) this.run();
  }
}
