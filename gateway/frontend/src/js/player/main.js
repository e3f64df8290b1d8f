// The guided player: a steady clock over the phases that the server gave. Pausing, skipping, leaving and going on later.
import { Cues } from "./cues.js";
import { Deck } from "./deck.js";
import { Kept, sendLog } from "./log.js";
import { backFrom, forwardFrom, laidOut, phaseAt, Position, stops } from "./timeline.js";
import { View, lengthText } from "./view.js";

class Player extends Deck {
  constructor(root) {
    super();
    this.root = root;
    this.timeline = JSON.parse(root.dataset.timeline);
    this.phases = laidOut(this.timeline);
    this.marks = stops(this.phases);
    this.view = new View(root, this.timeline, this.phases);
    this.cues = new Cues();
    this.kept = new Kept(this.timeline.name);
    this.position = new Position(() => performance.now());
    this.startedAt = "";
    this.spoken = null;
    this.tickedSecond = -1;
    this.isOver = false;
  }

  begin() {
    this.takeOver();
    this.view.find("stage").hidden = false;
    this.view.find("end").hidden = true;
    this.resume();
    this.listen();
    this.showSwitches();
    this.view.showRunning(false);
    if (!this.isOver) this.draw();
  }

  /** Goes on where the rider left, or at a log that could not be sent. */
  resume() {
    const kept = this.readKept();
    if (!kept) return;
    this.startedAt = kept.startedAt;
    this.position = new Position(() => performance.now(), kept.at, kept.done);
    if (kept.isOver) {
      this.fillLog(kept.requestId);
      this.end();
    } else this.view.say("You can go on where you left.");
  }

  keep(more = {}) {
    const { at, done } = this.position.read();
    if (at > 0) this.writeKept({ at, done, startedAt: this.startedAt, ...more });
  }

  listen() {
    this.listenTo({
      pause: () => this.toggle(),
      back: () => this.jump(backFrom(this.marks, this.position.read().at)),
      forward: () => this.jump(forwardFrom(this.marks, this.position.read().at, this.timeline.seconds)),
      leave: () => this.leave(),
      forget: () => this.forget(),
    });
    this.view.find("log").addEventListener("submit", (event) => this.log(event));
  }

  key(event) {
    if (this.isOver || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOnControl = event.target.closest("a, input, button:not([data-pause])");
    const acts = {
      " ": () => !isOnControl && this.toggle(),
      ArrowLeft: () => this.jump(backFrom(this.marks, this.position.read().at)),
      ArrowRight: () => this.jump(forwardFrom(this.marks, this.position.read().at, this.timeline.seconds)),
      Escape: () => {
        this.leave();
        location.assign(this.view.find("leave").href);
      },
    };
    const act = acts[event.key];
    if (!act || (event.key === " " && isOnControl)) return;
    event.preventDefault();
    act();
  }

  play() {
    this.startedAt ||= new Date().toISOString();
    super.play();
  }

  forget() {
    this.isOver = true;
    this.kept.clear();
  }

  draw() {
    const { at } = this.position.read();
    if (at >= this.timeline.seconds) {
      this.finish();
      return;
    }
    const phase = phaseAt(this.phases, at);
    this.view.show(phase, at);
    if (!this.position.isRunning) return;
    if (this.spoken !== phase.index) {
      this.spoken = phase.index;
      this.announce(phase);
    }
    this.countDown(phase, at);
  }

  announce(phase) {
    const side = phase.side ? `, ${phase.side}` : "";
    const round = phase.kind === "hold" && phase.repetition ? `, round ${phase.repetition}` : "";
    this.view.say(`${phase.word}${side}, ${lengthText(phase.seconds)}${round}. ${phase.cue}`);
    this.cues.phase(phase.kind, `${phase.word}${side}`);
    this.keep();
  }

  /** The last three seconds of getting ready and of a rest are counted. */
  countDown(phase, at) {
    const left = Math.ceil(phase.end - at);
    if (phase.kind === "hold" || phase.kind === "release" || left > 3 || left === this.tickedSecond) return;
    this.tickedSecond = left;
    this.cues.tick();
  }

  finish() {
    this.position.jump(this.timeline.seconds);
    this.position.pause();
    this.cues.end();
    this.cues.stayAwake(false);
    this.fillLog("");
    this.keep({ isOver: true, requestId: this.field("idempotency_key").value });
    this.end();
  }

  field(name) {
    return this.view.find("log").elements[name];
  }

  fillLog(requestId) {
    if (requestId) this.field("idempotency_key").value = requestId;
    this.field("started_at").value = this.startedAt || new Date().toISOString();
    const done = Math.min(Math.round(this.position.read().done), this.timeline.seconds);
    this.field("done_seconds").value = String(Math.max(done, 1));
  }

  end() {
    this.isOver = true;
    const seconds = Number(this.field("done_seconds").value);
    const text = seconds < 60 ? `${seconds} seconds` : `${Math.round(seconds / 60)} min`;
    this.view.showEnd(`Done: ${text}. It is not logged yet.`);
  }

  async log(event) {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("button[type=submit]");
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    const { problem, next } = await sendLog(form);
    button.removeAttribute("aria-busy");
    const banner = this.view.find("log-problem");
    banner.hidden = !problem;
    this.view.find("log-problem-text").textContent = problem;
    if (problem) return;
    this.kept.clear();
    location.assign(next);
  }
}

new Player(document.querySelector("[data-player]")).begin();
