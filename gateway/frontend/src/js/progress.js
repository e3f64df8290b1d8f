// The Peloton page while a sync runs: asks for figures, writes them where the server wrote the first ones, speaks now and then.

const DEFAULT_SECONDS = 2;
const LONGEST_SECONDS = 30;
const SPEAK_EVERY_MS = 15_000;

function write(root, selector, text) {
  const element = root.querySelector(selector);
  if (element && element.textContent !== text) element.textContent = text;
}

function showPhases(root, phases) {
  for (const phase of phases) {
    const row = root.querySelector(`[data-phase="${CSS.escape(phase.slug)}"]`);
    if (!row) continue;
    row.dataset.state = phase.state;
    write(row, ".phase-note", phase.note);
    write(row, ".phase-done", phase.done_text);
    write(row, ".phase-calls", phase.calls_text);
  }
}

function showFigures(root, figures) {
  for (const figure of figures) {
    const cell = root.querySelector(`[data-figure="${CSS.escape(figure.label)}"]`);
    if (!cell) continue;
    write(cell, ".figure-value", figure.value ?? "–");
    write(cell, "i", figure.unit);
  }
}

export function liveProgress() {
  let timer = 0;
  let failures = 0;
  let spokenAt = 0;
  return {
    spoken: "",
    trouble: "",

    init() {
      this.again(DEFAULT_SECONDS);
    },

    destroy() {
      clearTimeout(timer);
    },

    again(seconds) {
      timer = setTimeout(() => this.ask(), seconds * 1000);
    },

    async ask() {
      try {
        const answer = await fetch(this.$root.dataset.url, { headers: { Accept: "application/json" } });
        if (answer.status === 401 || answer.status === 403) {
          this.trouble = "You are signed out. The sync goes on; sign in again to see it.";
          return;
        }
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        this.show(await answer.json());
      } catch {
        failures += 1;
        this.trouble = "The figures do not arrive at the moment. The sync goes on; this page keeps trying.";
        this.again(Math.min(DEFAULT_SECONDS * 2 ** failures, LONGEST_SECONDS));
      }
    },

    show(progress) {
      failures = 0;
      this.trouble = "";
      if (!progress.is_running) {
        location.reload();
        return;
      }
      const root = this.$root;
      write(root, "[data-headline]", progress.headline);
      write(root, "[data-done]", progress.done);
      write(root, "[data-total]", progress.total_text);
      root.querySelector("progress").value = progress.percent;
      showFigures(root, progress.figures);
      showPhases(root, progress.phases);
      if (Date.now() - spokenAt > SPEAK_EVERY_MS) {
        spokenAt = Date.now();
        this.spoken = progress.spoken;
      }
      this.again(progress.poll_after_seconds ?? DEFAULT_SECONDS);
    },
  };
}
