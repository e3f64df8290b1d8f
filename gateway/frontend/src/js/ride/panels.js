// Below the main plot: the strip of above, in and below, the synchronised panels, the time axis.
import { timeTicks, valueToY } from "./layout.js";
import { adherenceRuns, runs, uncalled } from "./series.js";
import { hatchBetween, inPlot, ruleAcross, write, xAt } from "./strokes.js";
import { amount, clock } from "./words.js";

export function paintStrip(brush) {
  const { pen, palette, plan, series } = brush;
  const { y, lane } = plan.strip;
  for (let row = 0; row < 3; row += 1) {
    pen.fillStyle = palette.well;
    pen.fillRect(plan.x0, y + row * (lane + 1), plan.x1 - plan.x0, lane);
  }
  inPlot(brush, () => {
    for (const { start, end, side } of adherenceRuns(series)) {
      const left = xAt(brush, start);
      pen.fillStyle = side === 0 ? palette.accent : palette.text;
      pen.fillRect(left, y + (1 - side) * (lane + 1), Math.max(xAt(brush, end) - left, 0.3), lane);
    }
    for (const stretch of uncalled(series)) hatchBetween(brush, stretch, y, y + 3 * lane + 2);
  });
  paintShares(brush);
}

function paintShares(brush) {
  const { palette, plan, series } = brush;
  const { y, lane } = plan.strip;
  const total = series.adherence.above + series.adherence.in + series.adherence.below;
  if (!total) return;
  ["above", "in", "below"].forEach((side, row) => {
    const share = `${Math.round((100 * series.adherence[side]) / total)} %`;
    const style = side === "in" ? { colour: palette.text, weight: 600 } : {};
    const base = y + row * (lane + 1) + lane / 2 + 4;
    if (!plan.narrow) {
      write(brush, share, plan.x1 + 12, base, style);
      write(brush, side === "in" ? "in target" : side, plan.x1 + 50, base, style);
    } else if (side === "in") {
      write(brush, share.replace(" ", ""), plan.x1 + 3, base, style);
    }
  });
}

/** A called range of cadence, resistance or the like: ink, pale, with edges. */
function paintRange(brush, panel, { start, end, low, high }) {
  const { pen, palette } = brush;
  const left = xAt(brush, start);
  const width = xAt(brush, end) - left;
  const [top, bottom] = [valueToY(panel, low), valueToY(panel, high)].sort((a, b) => a - b);
  pen.fillStyle = palette.target;
  pen.globalAlpha = 0.14;
  pen.fillRect(left, top, width, bottom - top);
  pen.globalAlpha = 0.6;
  pen.fillRect(left, top - 0.5, width, 1);
  pen.fillRect(left, bottom - 0.5, width, 1);
  pen.globalAlpha = 1;
}

function trace(brush, panel, values) {
  const { pen, series } = brush;
  pen.beginPath();
  for (const [from, to] of runs(series, values)) {
    pen.moveTo(xAt(brush, series.times[from]), valueToY(panel, values[from]));
    for (let index = from + 1; index < to; index += 1) pen.lineTo(xAt(brush, series.times[index]), valueToY(panel, values[index]));
  }
}

/** Between two attempts: accent where this one is above, grey where it is below; steps, so that crossings stay exact. */
function paintDifference(brush, panel) {
  const { pen, palette, series } = brush;
  const { shown, other } = panel.metric;
  pen.globalAlpha = 0.28;
  for (const [isAbove, colour] of [[true, palette.accent], [false, palette.text3]]) {
    pen.fillStyle = colour;
    for (let index = 0; index < shown.length; index += 1) {
      const gap = shown[index] - other.shown[index];
      if (!Number.isFinite(gap) || gap === 0 || gap > 0 !== isAbove) continue;
      const left = xAt(brush, series.times[index]);
      const right = xAt(brush, series.times[index + 1] ?? series.times[index] + series.step);
      const [top, bottom] = [valueToY(panel, shown[index]), valueToY(panel, other.shown[index])].sort((a, b) => a - b);
      pen.fillRect(left, top, right - left, bottom - top);
    }
  }
  pen.globalAlpha = 1;
}

/** A strip of songs: a box each, its title where there is room. */
export function paintMusic(brush) {
  const { pen, palette, plan, series } = brush;
  const { y, height } = plan.music;
  inPlot(brush, () => {
    for (const song of series.songs) {
      const left = xAt(brush, song.start);
      const width = xAt(brush, song.end) - left;
      pen.fillStyle = palette.well;
      pen.fillRect(left + 0.5, y, Math.max(width - 1, 0.5), height);
      if (width > 44) writeClipped(brush, song.text, left + 6, y, width - 10, height);
    }
  });
  if (!plan.narrow) write(brush, "Music", plan.x1 + 12, y + 12, { colour: palette.text, weight: 600 });
}

function writeClipped(brush, text, x, y, width, height) {
  const { pen } = brush;
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  write(brush, text, x, y + 12);
  pen.restore();
}

export function paintPanel(brush, panel) {
  const { pen, palette, plan, series } = brush;
  const { metric } = panel;
  for (const tick of panel.ticks) {
    const y = valueToY(panel, tick);
    ruleAcross(brush, y, palette.line, 1);
    write(brush, amount(metric, tick).replace(".0", ""), plan.x0 - 7, y + 4, { align: "right" });
  }
  inPlot(brush, () => {
    for (const gap of series.gaps) hatchBetween(brush, gap, panel.y0, panel.y1);
    for (const range of metric.ranges) paintRange(brush, panel, range);
    if (metric.other) paintDifference(brush, panel);
    if (panel.low < 0) ruleAcross(brush, valueToY(panel, 0), palette.lineStrong, 1);
    pen.lineJoin = "round";
    if (metric.other) {
      trace(brush, panel, metric.other.shown);
      pen.setLineDash([4, 3]);
      pen.strokeStyle = palette.text2;
      pen.lineWidth = 1.25;
      pen.stroke();
      pen.setLineDash([]);
    }
    trace(brush, panel, metric.shown);
    pen.strokeStyle = metric.other ? palette.accent : palette.series;
    pen.lineWidth = 1.5;
    pen.stroke();
  });
  const best = metric.isPace ? "best" : "max";
  const facts = [metric.mean !== null && `${amount(metric, metric.mean)} avg`, metric.max !== null && `${amount(metric, metric.max)} ${best}`].filter(Boolean).join(", ");
  if (plan.narrow) {
    write(brush, metric.name, plan.x0, panel.y0 - 7, { colour: palette.text, weight: 600 });
    write(brush, `${facts} ${metric.unit}`, plan.x1, panel.y0 - 7, { align: "right" });
    return;
  }
  // The gutter is narrow: what stands after a comma has a line of its own.
  const [name, ...details] = metric.name.split(", ");
  write(brush, name, plan.x1 + 12, panel.y0 + 12, { colour: palette.text, weight: 600 });
  [...details, facts, metric.unit].filter(Boolean).forEach((text, row) => write(brush, text, plan.x1 + 12, panel.y0 + 28 + 16 * row));
}

export function paintTimeAxis(brush) {
  const { pen, palette, plan, view } = brush;
  ruleAcross(brush, plan.axisY, palette.lineStrong, 1);
  for (const time of timeTicks(plan, view)) {
    const left = xAt(brush, time);
    pen.strokeStyle = palette.lineStrong;
    pen.beginPath();
    pen.moveTo(left, plan.axisY);
    pen.lineTo(left, plan.axisY + 4);
    pen.stroke();
    write(brush, clock(time), left, plan.axisY + 18, { align: "center" });
  }
}
