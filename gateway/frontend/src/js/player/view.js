// The page of the player: writes what the present second asks for. It never decides anything.
import { clock, roundsOf } from "./timeline.js";

const SVG = "http://www.w3.org/2000/svg";
const RADIUS = 150;
const AROUND = 2 * Math.PI * RADIUS;
const DISC = 118;
const SMALL = 0.72;
const GROW_SECONDS = 0.7;

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function arc(start, length, kind) {
  return shape("circle", {
    cx: 160, cy: 160, r: RADIUS, class: kind, "stroke-width": 6,
    "stroke-dasharray": `${length} ${AROUND}`, transform: `rotate(${-90 + (360 * start) / AROUND} 160 160)`,
  });
}

/** How large the disc is: full in a hold, small in a release; in steps where motion is not wanted. */
function scaleOf(phase, within, isStill) {
  if (phase.kind === "hold") return isStill ? 1 : Math.min(SMALL + ((1 - SMALL) * within) / GROW_SECONDS, 1);
  if (phase.kind === "release") return isStill ? SMALL : Math.max(1 - ((1 - SMALL) * within) / Math.min(phase.seconds, 2), SMALL);
  return SMALL;
}

const secondsUnit = (seconds) => (seconds === 1 ? "second" : "seconds");

/** A length in words. */
export const lengthText = (seconds) => `${seconds} ${secondsUnit(seconds)}`;

export class View {
  constructor(root, timeline, phases) {
    this.root = root;
    this.timeline = timeline;
    this.phases = phases;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.setKey = "";
    this.phaseKey = -1;
  }

  find(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  write(name, text) {
    const element = this.find(name);
    if (element.textContent !== text) element.textContent = text;
  }

  say(text) {
    this.write("spoken", text);
  }

  /** The second of a phase. */
  show(phase, at) {
    const within = at - phase.start;
    const left = phase.end - at;
    const isLong = phase.seconds > 99;
    const whole = Math.max(Math.ceil(left - 1e-6), 0);
    this.write("seconds", isLong ? clock(left) : String(whole));
    this.write("unit", isLong ? "minutes" : secondsUnit(whole));
    this.write("left", clock(this.timeline.seconds - at));
    this.find("disc").setAttribute("r", (DISC * scaleOf(phase, within, this.still.matches)).toFixed(1));
    if (this.phaseKey !== phase.index) this.showPhase(phase);
    this.showRounds(phase, at);
  }

  showPhase(phase) {
    this.phaseKey = phase.index;
    this.write("word-now", phase.side ? `${phase.word}, ${phase.side}` : phase.word);
    this.write("cue", phase.cue);
    this.write("next", this.nextText(phase));
    const step = this.timeline.steps[phase.step];
    const place = [step.title, step.sets > 1 && phase.set ? `set ${phase.set} of ${step.sets}` : ""];
    this.write("place", place.filter(Boolean).join(", "));
    this.root.dataset.kind = phase.kind;
    for (const [number, item] of this.root.querySelectorAll("[data-step]").entries()) {
      item.classList.toggle("is-done", number < phase.step);
      item.classList.toggle("is-now", number === phase.step);
      if (number === phase.step) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
    const { guideOf } = this.root.querySelector(`[data-step="${phase.step}"]`).dataset;
    for (const guide of this.root.querySelectorAll("[data-guide]")) guide.hidden = guide.dataset.guide !== guideOf;
  }

  nextText(phase) {
    const next = this.phases[phase.index + 1];
    if (!next) return "That is the last one.";
    if (next.step !== phase.step) return `Then ${this.timeline.steps[next.step].title}`;
    const side = next.side && next.side !== phase.side ? `, ${next.side} side` : "";
    return `Then ${next.word.toLowerCase()}${side} for ${lengthText(next.seconds)}`;
  }

  showRounds(phase, at) {
    const rounds = roundsOf(this.phases, phase);
    const first = rounds[0];
    if (!first) return;
    const key = `${phase.step}/${first.start}`;
    if (this.setKey !== key) {
      this.setKey = key;
      this.drawPattern(rounds);
    }
    const now = rounds.findIndex((round) => at < round.end);
    this.drawRing(rounds, now, at);
    const number = at < first.start ? 0 : now + 1;
    this.write("round", rounds.length > 1 ? `Round ${Math.max(number, 1)} of ${rounds.length}` : "");
    this.write("set-left", `${clock(rounds.at(-1).end - Math.max(at, first.start))} left in this set`);
    this.moveCursor(rounds, at);
  }

  drawRing(rounds, now, at) {
    const gap = rounds.length > 1 ? Math.min(8, AROUND / rounds.length / 4) : 0;
    const length = AROUND / rounds.length - gap;
    const arcs = rounds.map((round, place) => {
      const isDone = now === -1 || place < now;
      return arc((place * AROUND) / rounds.length + gap / 2, length, isDone ? "ring-done" : "ring-track");
    });
    const round = rounds[now];
    if (round && at > round.start) {
      const share = (at - round.start) / (round.end - round.start);
      arcs.push(arc((now * AROUND) / rounds.length + gap / 2, length * Math.min(share, 1), "ring-done"));
    }
    this.find("rounds").replaceChildren(...arcs);
  }

  drawPattern(rounds) {
    const whole = rounds.at(-1).end - rounds[0].start;
    const x = (second) => (560 * (second - rounds[0].start)) / whole;
    const paths = rounds.map((round) => {
      const slope = Math.min(4.7, (x(round.end) - x(round.start)) / 5);
      const down = x(round.start + round.hold);
      return shape("path", { class: "pattern-line", d: `M${x(round.start)} 74L${x(round.start) + slope} 10L${down - slope} 10L${down} 74L${x(round.end)} 74` });
    });
    const cursor = shape("path", { class: "pattern-cursor", d: "M0 0L0 74" });
    this.find("pattern").replaceChildren(...paths, cursor);
    this.pattern = { paths, cursor, x };
  }

  moveCursor(rounds, at) {
    const { paths, cursor, x } = this.pattern;
    const place = Math.min(Math.max(x(at), 0), 560).toFixed(1);
    cursor.setAttribute("d", `M${place} 0L${place} 74`);
    rounds.forEach((round, number) => paths[number].classList.toggle("is-past", at >= round.start));
  }

  showRunning(isRunning) {
    this.find("when-playing").hidden = !isRunning;
    this.find("when-paused").hidden = isRunning;
    this.root.dataset.running = String(isRunning);
  }

  /** The stage leaves, the log comes. */
  showEnd(text) {
    this.find("stage").hidden = true;
    this.find("end").hidden = false;
    this.write("left", clock(0));
    for (const step of this.root.querySelectorAll("[data-step]")) {
      step.classList.remove("is-now");
      step.classList.add("is-done");
      step.removeAttribute("aria-current");
    }
    const told = this.find("end-text");
    told.textContent = text;
    told.hidden = false;
    this.root.querySelector("#log-title").focus();
  }
}
