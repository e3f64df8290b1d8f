// One chart: holds its state, draws when it changes, answers pointer and keyboard.
import { layoutOf, timeToX, xToTime } from "./layout.js";
import { paintCursor, paintSelection } from "./overlay.js";
import { paint } from "./paint.js";
import { hatchPattern, readPalette } from "./palette.js";
import { hideReadings, showMoment, showSelection, spokenAt } from "./readout.js";
import { blockAt, nearest, smooth } from "./series.js";
import { clock } from "./words.js";

const SHORTEST_VIEW_SECONDS = 20;

export class RideChart {
  /** parts: {stage, canvas, tip, readout}; `onCursor` is told the time under the cursor or null, `onZoom` whether zoomed. */
  constructor(parts, series, { hasPanels, onCursor, onZoom }) {
    this.parts = parts;
    this.series = series;
    this.hasPanels = hasPanels;
    this.onCursor = onCursor;
    this.onZoom = onZoom;
    this.target = "line";
    this.output = "line";
    this.view = { start: series.start, end: series.end };
    this.cursor = null;
    this.selection = null;
    this.overlay = document.createElement("canvas");
    this.overlay.className = "chart-overlay";
    parts.canvas.after(this.overlay);
    this.setSmoothing(5);
  }

  setSmoothing(seconds) {
    const { main, panels } = this.series;
    const lines = panels.flatMap((metric) => (metric.other ? [metric, metric.other] : [metric]));
    for (const line of main ? [main, ...lines] : lines) line.shown = smooth(this.series, line.values, seconds);
    this.shown = main?.shown ?? null;
  }

  /** Lays out and draws everything; called when size, theme, data or a setting changed. */
  draw() {
    const ratio = window.devicePixelRatio || 1;
    const width = this.parts.stage.clientWidth;
    if (!width) return;
    this.plan = layoutOf(width, this.series, this.hasPanels);
    this.palette = readPalette(this.parts.stage);
    this.brush = this.brushOn(this.parts.canvas, ratio);
    this.overBrush = this.brushOn(this.overlay, ratio);
    paint(this.brush);
    this.drawOverlay();
  }

  brushOn(canvas, ratio) {
    const { plan } = this;
    canvas.width = Math.round(plan.width * ratio);
    canvas.height = Math.round(plan.height * ratio);
    canvas.style.height = `${plan.height}px`;
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { palette, series, view, shown, target, output } = this;
    return { pen, palette, plan, series, view, shown, target, output, hatch: hatchPattern(pen, palette.hatch, ratio) };
  }

  drawOverlay() {
    const { overBrush: brush, plan, series, parts } = this;
    brush.pen.clearRect(0, 0, plan.width, plan.height);
    const x = (time) => timeToX(plan, this.view, time);
    if (this.selection) {
      paintSelection(brush, this.selection);
      showSelection(parts, series, this.selection, x(this.selection.end), plan);
    } else if (this.cursor !== null) {
      paintCursor(brush, this.cursor);
      showMoment(parts, series, this.shown, this.cursor, x(series.times[this.cursor]), plan);
    } else {
      hideReadings(parts);
    }
    this.announce();
  }

  announce() {
    const { stage } = this.parts;
    const time = this.cursor === null ? null : this.series.times[this.cursor];
    stage.setAttribute("aria-valuenow", String(Math.round(time ?? this.view.start)));
    stage.setAttribute("aria-valuetext", time === null ? "no moment chosen" : spokenAt(this.series, this.shown, this.cursor));
    this.onCursor(time);
  }

  moveTo(time) {
    const kept = Math.min(Math.max(time, this.view.start), this.view.end);
    this.cursor = nearest(this.series, kept);
    this.drawOverlay();
  }

  clear() {
    this.cursor = null;
    this.selection = null;
    this.drawOverlay();
  }

  zoom(start, end) {
    const { series } = this;
    const span = Math.min(Math.max(end - start, SHORTEST_VIEW_SECONDS), series.end - series.start);
    const from = Math.min(Math.max(start, series.start), series.end - span);
    this.view = { start: from, end: from + span };
    this.selection = null;
    this.onZoom(span < series.end - series.start, `${clock(from)} to ${clock(from + span)}`);
    this.draw();
  }

  reset() {
    this.zoom(this.series.start, this.series.end);
  }

  /** Half the view, around the cursor or the middle: zoom without dragging. */
  zoomIn() {
    const { start, end } = this.view;
    const middle = this.cursor === null ? (start + end) / 2 : this.series.times[this.cursor];
    const span = (end - start) / 2;
    this.zoom(middle - span / 2, middle + span / 2);
  }

  timeAt(event) {
    return xToTime(this.plan, this.view, event.clientX - this.parts.stage.getBoundingClientRect().left);
  }

  /** Start of the next or the previous block, with targets; else half a minute on. */
  neighbour(direction) {
    const time = this.cursor === null ? this.view.start : this.series.times[this.cursor];
    const starts = this.series.blocks.map((block) => block.start);
    if (!starts.length) return time + 30 * direction;
    if (direction > 0) return starts.find((start) => start > time) ?? this.view.end;
    const here = blockAt(this.series, time)?.start;
    return starts.filter((start) => start < (here ?? time)).at(-1) ?? this.view.start;
  }

  step(direction) {
    const index = this.cursor === null ? nearest(this.series, this.view.start) : this.cursor + direction;
    return this.series.times[Math.min(Math.max(index, 0), this.series.times.length - 1)];
  }
}
