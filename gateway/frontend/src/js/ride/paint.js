// Draws the still part of the chart: zones, target, output; the parts below are in panels.js, the cursor has a canvas of its own.
import { valueToY } from "./layout.js";
import { paintMusic, paintPanel, paintStrip, paintTimeAxis } from "./panels.js";
import { zoneOf, zoneRange } from "./scale.js";
import { runs, uncalled } from "./series.js";
import { hatchBetween, inPlot, ruleAcross, write, xAt } from "./strokes.js";

const BAR_PIXELS = 9;

function paintBands(brush) {
  const { pen, palette, plan, series } = brush;
  const { main, narrow } = plan;
  const { scale } = series;
  for (let zone = 1; zone < scale.names.length; zone += 1) {
    const { low, high } = zoneRange(scale, zone);
    if (low >= main.high) continue;
    const bottom = valueToY(main, Math.max(low, main.low));
    const top = valueToY(main, Math.min(high, main.high));
    pen.fillStyle = palette.tints[zone];
    pen.fillRect(plan.x0, top, plan.x1 - plan.x0, bottom - top);
    const middle = (top + bottom) / 2 + 4;
    if (bottom - top > 11) paintZoneLabel(brush, zone, middle, narrow);
    if (low <= 0) continue;
    ruleAcross(brush, bottom, palette.bg, 1.5);
    write(brush, scale.text(low), plan.x0 - 7, bottom + 4, { align: "right" });
  }
  write(brush, scale.unit, plan.x0 - 7, main.y0 - 8, { align: "right" });
  if (!narrow) write(brush, scale.text(main.low), plan.x0 - 7, main.y1 + 1, { align: "right" });
}

function paintZoneLabel(brush, zone, y, narrow) {
  const { pen, palette, plan, series: { scale } } = brush;
  if (narrow) {
    write(brush, `${scale.mark}${zone}`, plan.x1 + 6, y, { colour: palette.text, weight: 600 });
    return;
  }
  pen.fillStyle = palette.zones[zone];
  pen.fillRect(plan.x1 + 12, y - 9.5, 3, 11);
  write(brush, `${scale.mark}${zone}`, plan.x1 + 21, y, { colour: palette.text, weight: 600 });
  write(brush, scale.names[zone], plan.x1 + 41, y);
}

function captionAbove(brush, stretch, text, room) {
  const { plan } = brush;
  const left = Math.max(xAt(brush, stretch.start), plan.x0);
  const right = Math.min(xAt(brush, stretch.end), plan.x1);
  if (right - left > room) write(brush, text, (left + right) / 2, plan.main.y0 - 9, { align: "center" });
}

function paintHatches(brush) {
  const { plan, series } = brush;
  for (const stretch of uncalled(series)) {
    hatchBetween(brush, stretch, plan.main.y0, plan.main.y1);
    captionAbove(brush, stretch, "no target", 58);
  }
  for (const gap of series.gaps) {
    hatchBetween(brush, gap, plan.main.y0, plan.main.y1);
    if (!series.blocks.length) captionAbove(brush, gap, "no data", 48);
  }
}

/** The called numbers above the plot, one to a block, left out where there is no room. */
function paintLane(brush) {
  const { pen, palette, plan, series } = brush;
  for (const block of series.blocks) {
    const left = xAt(brush, block.start);
    const width = xAt(brush, block.end) - left;
    pen.fillStyle = palette.zones[block.zone];
    pen.fillRect(left + 0.5, plan.main.y0 - 4, Math.max(width - 1, 0.5), 3);
    if (width > 9) write(brush, String(block.zone), left + width / 2, plan.main.y0 - 9, { align: "center", colour: palette.text2, weight: 600 });
  }
}

function paintTargetBand(brush) {
  const { pen, palette, plan, series } = brush;
  for (const block of series.blocks) {
    const { low, high } = zoneRange(series.scale, block.zone);
    const left = xAt(brush, block.start);
    const width = xAt(brush, block.end) - left;
    const top = valueToY(plan.main, Math.min(high, plan.main.high));
    const bottom = valueToY(plan.main, Math.max(low, plan.main.low));
    pen.fillStyle = palette.zones[block.zone];
    pen.globalAlpha = 0.3;
    pen.fillRect(left, top, width, bottom - top);
    pen.globalAlpha = 1;
    pen.fillRect(left, top - 0.6, width, 1.25);
    pen.fillRect(left, bottom - 0.6, width, 1.25);
  }
}

function traceTarget(brush) {
  const { pen, plan, series } = brush;
  pen.beginPath();
  let last = null;
  for (const block of series.blocks) {
    const y = valueToY(plan.main, block.line);
    if (last === block.start) pen.lineTo(xAt(brush, block.start), y);
    else pen.moveTo(xAt(brush, block.start), y);
    pen.lineTo(xAt(brush, block.end), y);
    last = block.end;
  }
}

function paintTargetLine(brush) {
  const { pen, palette, plan } = brush;
  pen.lineJoin = "miter";
  traceTarget(brush);
  pen.globalAlpha = 0.75;
  pen.strokeStyle = palette.casing;
  pen.lineWidth = plan.narrow ? 3.25 : 4.5;
  pen.stroke();
  pen.globalAlpha = 1;
  pen.strokeStyle = palette.target;
  pen.lineWidth = plan.narrow ? 1.35 : 1.75;
  pen.stroke();
}

function paintOutputLine(brush) {
  const { pen, palette, plan, series, shown } = brush;
  const paths = palette.zones.map(() => new Path2D());
  for (const [from, to] of runs(series, shown)) {
    let left = xAt(brush, series.times[from]);
    let top = valueToY(plan.main, shown[from]);
    let last = 0;
    for (let index = from + 1; index < to; index += 1) {
      const right = xAt(brush, series.times[index]);
      const y = valueToY(plan.main, shown[index]);
      const zone = zoneOf(series.scale, shown[index]);
      if (zone !== last) paths[zone].moveTo(left, top);
      paths[zone].lineTo(right, y);
      [left, top, last] = [right, y, zone];
    }
  }
  pen.lineJoin = "round";
  pen.lineCap = "round";
  pen.lineWidth = 1.75;
  paths.forEach((path, zone) => {
    if (zone === 0) return;
    pen.strokeStyle = palette.zones[zone];
    pen.stroke(path);
  });
}

/** Bars of equal time from the floor, each the mean of its samples. */
function paintOutputBars(brush) {
  const { pen, palette, plan, series, view } = brush;
  const span = view.end - view.start;
  const seconds = Math.max(series.step, Math.ceil((span * BAR_PIXELS) / (plan.x1 - plan.x0) / 5) * 5);
  let index = 0;
  for (let start = Math.floor(view.start / seconds) * seconds; start < view.end; start += seconds) {
    let sum = 0;
    let count = 0;
    while (index < series.times.length && series.times[index] < start + seconds) {
      if (series.times[index] >= start && Number.isFinite(series.main.values[index])) {
        sum += series.main.values[index];
        count += 1;
      }
      index += 1;
    }
    if (!count) continue;
    const left = xAt(brush, start) + 0.5;
    const top = valueToY(plan.main, sum / count);
    pen.fillStyle = palette.zones[zoneOf(series.scale, sum / count)];
    pen.fillRect(left, top, Math.max(xAt(brush, start + seconds) - left - 0.5, 0.5), plan.main.y1 - top);
  }
}

/** brush: {pen, palette, hatch, plan, series, view, shown, target: line|band|off, output: line|bars}. */
export function paint(brush) {
  const { plan, series } = brush;
  brush.pen.clearRect(0, 0, plan.width, plan.height);
  if (series.main) {
    paintBands(brush);
    inPlot(brush, () => {
      paintHatches(brush);
      paintLane(brush);
      if (brush.target === "band") paintTargetBand(brush);
      if (brush.output === "bars") paintOutputBars(brush);
      else paintOutputLine(brush);
      if (brush.target === "line") paintTargetLine(brush);
    });
    ruleAcross(brush, plan.main.y1, brush.palette.lineStrong, 1);
    if (plan.strip) paintStrip(brush);
  }
  for (const panel of plan.panels) paintPanel(brush, panel);
  if (plan.music) paintMusic(brush);
  paintTimeAxis(brush);
}
