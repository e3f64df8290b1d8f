// The page of practice: writes what the present moment asks for. It never decides anything.
import { clock } from "../player/timeline.js";

const elapsed = (seconds) => clock(Math.floor(seconds + 1e-6));

/** What is called, inside a sentence. */
const within = ({ name, zones }) => (zones ? name : name.slice(0, 1).toLowerCase() + name.slice(1));

export class View {
  constructor(root, timeline) {
    this.root = root;
    this.timeline = timeline;
    this.songPlace = -1;
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

  show(moment) {
    const { call, target, isCountIn } = moment;
    const zone = isCountIn || !call.zones ? 0 : call.zones[1];
    const kind = zone ? `zone-${zone}` : "practice-plain";
    const now = this.find("now");
    if (now.dataset.kind !== kind) {
      now.classList.remove(now.dataset.kind);
      now.classList.add(kind);
      now.dataset.kind = kind;
    }
    this.write("name", isCountIn ? "Get ready" : call.name);
    this.write("target", isCountIn ? "" : target.range);
    this.write("aim", isCountIn ? "" : target.aim);
    this.write("interval", clock(moment.intervalLeft));
    this.write("interval-word", isCountIn ? "until it begins" : "left in this block");
    this.write("next-block", this.nextText(moment));
    this.write("next-target", moment.nextTarget?.range ?? "");
    this.write("elapsed", elapsed(moment.classAt));
    this.write("left", clock(moment.classLeft));
    this.write("elapsed-line", elapsed(moment.classAt));
    this.write("left-line", `${clock(moment.classLeft)} left`);
    this.moveCursor(moment.classAt);
    this.showSong(moment.song);
  }

  nextText({ next, nextTarget, isCountIn }) {
    if (!next) return "That is the last block.";
    return `${isCountIn ? "First" : "Then"} ${within(next)} for ${clock(next.end - next.start)}${nextTarget.range ? ", " : ""}`;
  }

  moveCursor(at) {
    const place = `${Math.min((100 * at) / this.timeline.seconds, 100).toFixed(2)}%`;
    const cursor = this.find("cursor");
    if (cursor.getAttribute("x1") === place) return;
    cursor.setAttribute("x1", place);
    cursor.setAttribute("x2", place);
  }

  showSong(song) {
    const place = song ? song.place : -1;
    if (this.songPlace === place) return;
    this.songPlace = place;
    this.write("song-now", song ? `Music: ${song.title}${song.artists ? `, ${song.artists}` : ""}` : "");
    for (const item of this.root.querySelectorAll("[data-song]")) {
      const isNow = Number(item.dataset.song) === place;
      item.classList.toggle("is-now", isNow);
      if (isNow) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }

  showRunning(isRunning) {
    this.find("when-playing").hidden = !isRunning;
    this.find("when-paused").hidden = isRunning;
    this.root.dataset.running = String(isRunning);
  }

  /** The stage, or what comes after it. */
  showStage(isShown, text = "") {
    this.find("stage").hidden = !isShown;
    this.find("end").hidden = isShown;
    const told = this.find("end-text");
    told.textContent = text;
    told.hidden = !text;
    if (!isShown) this.root.querySelector("#list-title").focus();
  }
}
