// What every player is: a steady clock that runs, pauses and jumps, its switches, and a place to go on from.
import { Cues } from "./cues.js";

const DAY_MS = 86_400_000;
const HIDDEN_TICK_MS = 250;
const SWITCHES = { sound: "Sound", voice: "Voice", buzz: "Vibration" };

/** A player has `timeline`, `view`, `cues`, `kept`, `position` and `isOver`, draws itself, and forgets what it has said when its place changes. */
export class Deck {
  /** What was kept within a day for a timeline of the same length. */
  readKept() {
    const kept = this.kept.read();
    return kept && kept.seconds === this.timeline.seconds && Date.now() - kept.savedAt <= DAY_MS ? kept : null;
  }

  writeKept(told) {
    this.kept.write({ ...told, savedAt: Date.now(), seconds: this.timeline.seconds });
  }

  /** Shows what needs a script in place of what does not. */
  takeOver() {
    for (const element of this.root.querySelectorAll("[data-needs-script]")) element.hidden = false;
    for (const element of this.root.querySelectorAll("[data-without-script]")) element.hidden = true;
  }

  /** Presses by the names of their buttons, keys, switches, and the page being hidden or left. */
  listenTo(acts) {
    for (const [name, act] of Object.entries(acts)) this.view.find(name).addEventListener("click", act);
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("visibilitychange", () => {
      if (this.position.isRunning) this.cues.stayAwake(true);
      this.schedule();
    });
    addEventListener("pagehide", () => !this.isOver && this.keep());
    for (const button of this.root.querySelectorAll("[data-switch]")) {
      button.addEventListener("click", () => {
        this.cues.wake();
        this.cues.toggle(button.dataset.switch);
        this.showSwitches();
      });
    }
  }

  showSwitches() {
    for (const button of this.root.querySelectorAll("[data-switch]")) {
      const name = button.dataset.switch;
      const isOn = this.cues.on[name];
      button.hidden = (name === "voice" && !Cues.canSpeak) || (name === "buzz" && !Cues.canBuzz);
      button.setAttribute("aria-pressed", String(isOn));
      button.querySelector("[data-word]").textContent = `${SWITCHES[name]} ${isOn ? "on" : "off"}`;
    }
  }

  toggle() {
    if (this.position.isRunning) this.pause();
    else this.play();
  }

  play() {
    this.cues.wake();
    this.cues.stayAwake(true);
    this.position.run();
    this.view.showRunning(true);
    this.schedule();
  }

  pause() {
    this.position.pause();
    this.cues.stayAwake(false);
    this.view.showRunning(false);
    this.view.say("Paused.");
    this.spoken = null;
    this.keep();
    this.draw();
  }

  jump(second) {
    this.position.jump(second);
    this.spoken = null;
    this.draw();
  }

  leave() {
    this.position.pause();
    if (!this.isOver) this.keep();
  }

  /** Drawn with the screen while it is seen, by a timer while it is not: the clock tells the time, not the ticks. */
  schedule() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    if (!this.position.isRunning) return;
    const again = () => {
      this.draw();
      this.schedule();
    };
    if (document.visibilityState === "visible") this.frame = requestAnimationFrame(again);
    else this.timer = setTimeout(again, HIDDEN_TICK_MS);
  }
}
