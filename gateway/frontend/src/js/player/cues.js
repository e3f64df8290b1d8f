// What tells of a phase besides the screen: beeps, a voice, vibration, and a screen that stays awake.

const PITCH = { ready: 520, hold: 660, release: 440, rest: 390, change: 590 };

function remembered(name, fallback) {
  try {
    return (localStorage.getItem(`ctz.player.${name}`) ?? String(fallback)) === "true";
  } catch {
    return fallback;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(`ctz.player.${name}`, String(value));
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

export class Cues {
  constructor() {
    this.on = { sound: remembered("sound", true), voice: remembered("voice", false), buzz: remembered("buzz", true) };
    this.audio = null;
    this.lock = null;
  }

  static get canBuzz() {
    return typeof navigator.vibrate === "function" && matchMedia("(pointer: coarse)").matches;
  }

  static get canSpeak() {
    return "speechSynthesis" in window;
  }

  toggle(name) {
    this.on[name] = !this.on[name];
    remember(name, this.on[name]);
    if (name === "voice" && !this.on.voice && Cues.canSpeak) speechSynthesis.cancel();
    return this.on[name];
  }

  /** Browsers allow sound only after a press. */
  wake() {
    if (!this.audio && "AudioContext" in window) this.audio = new AudioContext();
    this.audio?.resume();
  }

  beep(pitch, seconds = 0.12, later = 0) {
    if (!this.on.sound || !this.audio) return;
    const begin = this.audio.currentTime + later;
    const tone = this.audio.createOscillator();
    const loudness = this.audio.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, begin);
    loudness.gain.linearRampToValueAtTime(0.22, begin + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, begin + seconds);
    tone.connect(loudness).connect(this.audio.destination);
    tone.start(begin);
    tone.stop(begin + seconds + 0.02);
  }

  phase(kind, word) {
    this.beep(PITCH[kind] ?? 500, 0.22);
    if (this.on.buzz && Cues.canBuzz) navigator.vibrate(kind === "hold" ? [60, 40, 60] : 60);
    if (this.on.voice && Cues.canSpeak) {
      speechSynthesis.cancel();
      speechSynthesis.speak(new SpeechSynthesisUtterance(word));
    }
  }

  tick() {
    this.beep(880, 0.06);
  }

  end() {
    [523, 659, 784].forEach((pitch, place) => this.beep(pitch, 0.35, place * 0.16));
    if (this.on.buzz && Cues.canBuzz) navigator.vibrate([120, 80, 120]);
  }

  async stayAwake(isWanted) {
    try {
      if (isWanted && !this.lock && document.visibilityState === "visible") {
        this.lock = await navigator.wakeLock?.request("screen");
        this.lock?.addEventListener("release", () => {
          this.lock = null;
        });
      } else if (!isWanted) {
        await this.lock?.release();
        this.lock = null;
      }
    } catch {
      // Low battery, or a browser without it: the session goes on all the same.
    }
  }
}
