// What tells of a phase besides the screen: beeps, a voice, vibration, and a screen that stays awake.

const PITCH = { ready: 520, hold: 660, release: 440, rest: 390, change: 590 };

function remembered(key, fallback) {
  try {
    return (localStorage.getItem(key) ?? String(fallback)) === "true";
  } catch {
    return fallback;
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, String(value));
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

export class Cues {
  /** What is switched on is remembered for each kind of player. */
  constructor(player = "player", defaults = {}) {
    this.key = (name) => `ctz.${player}.${name}`;
    const first = { sound: true, voice: false, buzz: true, ...defaults };
    this.on = Object.fromEntries(Object.entries(first).map(([name, fallback]) => [name, remembered(this.key(name), fallback)]));
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
    remember(this.key(name), this.on[name]);
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

  buzz(pattern) {
    if (this.on.buzz && Cues.canBuzz) navigator.vibrate(pattern);
  }

  phase(kind, word) {
    this.beep(PITCH[kind] ?? 500, 0.22);
    this.buzz(kind === "hold" ? [60, 40, 60] : 60);
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
    this.buzz([120, 80, 120]);
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
