// Mounts a chart on every [data-ride-chart]: fetches the series, wires the controls, follows size and theme.
import { RideChart } from "./chart.js";
import { listen } from "./gestures.js";
import { buildTable } from "./readout.js";
import { readSeries } from "./series.js";

function pressOne(buttons, chosen) {
  for (const button of buttons) button.setAttribute("aria-pressed", String(button === chosen));
}

/** A choice among buttons; one that the series cannot answer is taken away. */
function wireChoice(root, name, isApt, choose) {
  const buttons = root.querySelectorAll(`[data-${name}]`);
  if (!isApt) buttons[0]?.closest(".chart-control").remove();
  for (const button of buttons) {
    button.addEventListener("click", () => {
      pressOne(buttons, button);
      choose(button.dataset[name]);
    });
  }
}

/** The row of the block table under the cursor is tinted. */
function blockRows() {
  const rows = Array.from(document.querySelectorAll("[data-blocks] tr[data-start]"), (row) => ({
    row,
    start: Number(row.dataset.start),
    end: Number(row.dataset.end),
  }));
  return (time) => {
    for (const { row, start, end } of rows) row.classList.toggle("is-cursor", time !== null && start <= time && time < end);
  };
}

function wireTable(root, series) {
  const toggle = root.querySelector("[data-table-toggle]");
  if (!toggle) return;
  const place = root.querySelector("[data-chart-table]");
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    if (!place.firstChild) {
      const frame = document.createElement("div");
      frame.className = "chart-table";
      frame.tabIndex = 0;
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-label", "The chart as a table");
      frame.append(buildTable(series));
      place.append(frame);
    }
    place.hidden = !place.hidden;
    toggle.setAttribute("aria-expanded", String(!place.hidden));
    toggle.querySelector("span").textContent = place.hidden ? "Show as table" : "Hide the table";
  });
}

function wireZoom(root, chart) {
  const reset = root.querySelector("[data-zoom-reset]");
  root.querySelector("[data-zoom-in]")?.addEventListener("click", () => chart.zoomIn());
  reset?.addEventListener("click", () => {
    chart.reset();
    chart.parts.stage.focus();
  });
}

function describe(root, smoothing, series) {
  const hint = root.querySelector("[data-chart-hint]");
  if (!hint) return;
  const averaged = smoothing > series.step ? `Lines are averaged over ${smoothing} s. ` : "";
  hint.textContent = `${averaged}Drag to zoom; arrow keys move the cursor, with Shift by ${series.blocks.length ? "blocks" : "half minutes"}.`;
}

function follow(chart, root) {
  const redraw = () => chart.draw();
  let width = chart.parts.stage.clientWidth;
  new ResizeObserver(() => {
    // Drawing changes the height; only another width needs another drawing.
    if (chart.parts.stage.clientWidth === width) return;
    width = chart.parts.stage.clientWidth;
    redraw();
  }).observe(chart.parts.stage);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  document.addEventListener("themechange", redraw);
  document.fonts.ready.then(redraw);
  root.dataset.drawn = "";
}

/** What the server says of a series that it derived: its model and its limits. */
function showNotes(root, notes) {
  const place = root.querySelector("[data-chart-notes]");
  if (!place || !notes.length) return;
  place.replaceChildren(...notes.map((text) => {
    const line = document.createElement("p");
    line.textContent = text;
    return line;
  }));
  place.hidden = false;
}

function makeSlider(stage, series) {
  stage.tabIndex = 0;
  stage.setAttribute("role", "slider");
  stage.setAttribute("aria-label", "Chart, moment of the workout");
  stage.setAttribute("aria-valuemin", String(series.start));
  stage.setAttribute("aria-valuemax", String(series.end));
}

function mountChart(root, series) {
  const parts = {
    stage: root.querySelector("[data-chart-stage]"),
    canvas: root.querySelector("canvas"),
    tip: root.querySelector("[data-chart-tip]"),
    readout: root.querySelector("[data-chart-readout]"),
  };
  const spoken = root.querySelector("[data-chart-spoken]");
  const reset = root.querySelector("[data-zoom-reset]");
  const chart = new RideChart(parts, series, {
    hasPanels: root.dataset.panels === "on" || !series.main,
    onCursor: blockRows(),
    onZoom: (isZoomed, text) => {
      if (reset) reset.hidden = !isZoomed;
      spoken.textContent = isZoomed ? `Shows ${text}.` : "Shows the whole workout.";
    },
  });
  root.querySelector("[data-chart-wait]").remove();
  const tools = root.querySelector("[data-chart-tools]");
  if (tools) tools.hidden = false;
  parts.readout.hidden = false;
  makeSlider(parts.stage, series);
  listen(chart, parts.stage);
  const change = (name) => (value) => {
    chart[name] = value;
    chart.draw();
  };
  wireChoice(root, "target", series.blocks.length > 0, change("target"));
  wireChoice(root, "output", series.main !== null, change("output"));
  root.querySelector("[data-smooth]")?.addEventListener("change", (event) => {
    chart.setSmoothing(Number(event.target.value));
    describe(root, Number(event.target.value), series);
    chart.draw();
  });
  wireZoom(root, chart);
  wireTable(root, series);
  describe(root, 5, series);
  chart.draw();
  follow(chart, root);
}

async function mount(root) {
  const wait = root.querySelector("[data-chart-wait]");
  try {
    const answer = await fetch(root.dataset.src, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const json = await answer.json();
    const series = readSeries(json);
    if (!series.times.length || !series.metrics.length) {
      wait.textContent = "There is no series for this workout.";
      return;
    }
    performance.mark("chart:data");
    mountChart(root, series);
    performance.measure("chart:drawn", "chart:data");
    showNotes(root, json.notes ?? []);
  } catch {
    if (wait.isConnected) wait.textContent = "The chart did not arrive. Reload the page to try again; the figures on this page do not depend on it.";
  }
}

document.querySelectorAll("[data-ride-chart]").forEach(mount);
