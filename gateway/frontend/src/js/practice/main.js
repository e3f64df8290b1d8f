// The practice player: a steady clock over what is called in a class. It shares its clock and its sounds with the guided player.
import { Cues } from "../player/cues.js";
import { Deck } from "../player/deck.js";
import { Kept } from "../player/log.js";
import { backFrom, clock, forwardFrom, Position } from "../player/timeline.js";
import { COUNT_IN_SECONDS, moment, STEP_SECONDS } from "./engine.js";
import { View } from "./view.js";

const LOWEST_PITCH = 400;
const PITCH_OF_A_ZONE = 55;
const COUNTED_SECONDS = 3;

class Practice extends Deck {
  constructor(root) {
    super();
    this.root = root;
    this.timeline = JSON.parse(root.dataset.timeline);
    this.marks = this.timeline.calls.map((call) => call.start);
    this.view = new View(root, this.timeline);
    this.cues = new Cues("practice", { sound: false });
    this.kept = new Kept(this.timeline.name);
    this.position = new Position(() => performance.now(), -COUNT_IN_SECONDS);
    this.spoken = null;
    this.ticked = null;
    this.isOver = false;
  }

  begin() {
    this.takeOver();
    this.view.showStage(true);
    this.resume();
    this.listen();
    this.showSwitches();
    this.view.showRunning(false);
    this.draw();
  }

  /** Goes on where the rider left within a day. */
  resume() {
    const kept = this.readKept();
    if (!kept) return;
    this.position.jump(kept.at);
    this.view.say("You can go on where you left.");
  }

  keep() {
    const { at } = this.position.read();
    if (at > 0) this.writeKept({ at });
  }

  listen() {
    this.listenTo({
      pause: () => this.toggle(),
      back: () => this.back(),
      forward: () => this.forward(),
      less: () => this.step(-STEP_SECONDS),
      more: () => this.step(STEP_SECONDS),
      again: () => this.again(),
      leave: () => this.leave(),
      full: () => this.fullScreen(),
    });
    document.addEventListener("fullscreenchange", () => this.showSwitches());
    const form = this.view.find("for");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => this.draw());
  }

  showSwitches() {
    super.showSwitches();
    const full = this.view.find("full");
    full.hidden = !document.fullscreenEnabled;
    full.setAttribute("aria-pressed", String(document.fullscreenElement !== null));
  }

  async fullScreen() {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await this.root.requestFullscreen();
    } catch {
      this.view.say("The browser does not allow full screen here.");
    }
  }

  key(event) {
    if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOnControl = event.target.closest("button, a, summary") !== null;
    const acts = {
      " ": () => this.toggle(),
      ArrowLeft: () => (event.shiftKey ? this.step(-STEP_SECONDS) : this.back()),
      ArrowRight: () => (event.shiftKey ? this.step(STEP_SECONDS) : this.forward()),
      f: () => this.fullScreen(),
    };
    const act = acts[event.key];
    if (!act || this.isOver || (event.key === " " && isOnControl)) return;
    event.preventDefault();
    act();
  }

  back() {
    this.jump(backFrom(this.marks, this.position.read().at));
  }

  forward() {
    const { at } = this.position.read();
    this.jump(at < 0 ? 0 : forwardFrom(this.marks, at, this.timeline.seconds));
  }

  step(seconds) {
    this.jump(Math.min(Math.max(this.position.read().at + seconds, 0), this.timeline.seconds));
  }

  again() {
    this.isOver = false;
    this.position = new Position(() => performance.now(), -COUNT_IN_SECONDS);
    this.view.showStage(true);
    this.draw();
    this.play();
    this.view.find("pause").focus();
  }

  /** The rider that the fields describe. */
  rider() {
    const { ftp, level } = this.view.find("for").elements;
    return { ftp: ftp?.validity.valid ? Number(ftp.value) : 0, level: level?.value ?? "" };
  }

  draw() {
    const now = moment(this.timeline, this.position.read().at, this.rider());
    if (now.isOver) {
      this.finish();
      return;
    }
    this.view.show(now);
    if (!this.position.isRunning) return;
    const key = now.isCountIn ? -1 : now.call.index;
    if (this.spoken !== key) {
      this.spoken = key;
      this.announce(now);
    }
    this.countDown(now);
  }

  announce({ isCountIn, call, target, next, nextTarget }) {
    if (isCountIn) {
      this.view.say(`Get ready. First ${next.name}, ${nextTarget.range}.`);
      return;
    }
    this.view.say(`${call.name}${target.range ? `, ${target.range}` : ""}, for ${clock(call.end - call.start)}.`);
    this.cues.beep(LOWEST_PITCH + PITCH_OF_A_ZONE * (call.zones ? call.zones[1] : 0), 0.3);
    this.cues.buzz(60);
    this.keep();
  }

  /** The last three seconds of the count-in and of every block are counted. */
  countDown({ intervalLeft, call, isCountIn }) {
    const left = Math.ceil(intervalLeft);
    const key = `${isCountIn ? "in" : call.index}/${left}`;
    if (left > COUNTED_SECONDS || left < 1 || key === this.ticked) return;
    this.ticked = key;
    this.cues.tick();
  }

  finish() {
    this.isOver = true;
    this.position.pause();
    this.kept.clear();
    this.cues.end();
    this.cues.stayAwake(false);
    this.view.showRunning(false);
    this.view.showStage(false, "That was the whole class. Practice is not logged.");
    if (document.fullscreenElement) document.exitFullscreen();
  }
}

new Practice(document.querySelector("[data-practice]")).begin();
