// What moves: the cursor line with its dots, and the stretch that is being selected.
import { timeToX, valueToY } from "./layout.js";
import { zoneOf } from "./scale.js";
import { dot } from "./strokes.js";

export function paintCursor(brush, index) {
  const { pen, palette, plan, series, view, shown } = brush;
  const x = timeToX(plan, view, series.times[index]);
  pen.strokeStyle = palette.text;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(x, plan.main ? plan.main.y0 : plan.panels[0].y0);
  pen.lineTo(x, plan.axisY);
  pen.stroke();
  if (series.main && Number.isFinite(shown[index])) {
    dot(pen, x, valueToY(plan.main, shown[index]), 4, palette.zones[zoneOf(series.scale, shown[index])], palette.bg);
  }
  for (const panel of plan.panels) {
    const value = panel.metric.shown[index];
    if (Number.isFinite(value)) dot(pen, x, valueToY(panel, value), 3, palette.text, palette.bg);
    const other = panel.metric.other?.shown[index];
    if (Number.isFinite(other)) dot(pen, x, valueToY(panel, other), 3, palette.bg, palette.text);
  }
}

/** Everything outside the selection fades. */
export function paintSelection(brush, { start, end }) {
  const { pen, palette, plan, view } = brush;
  const left = timeToX(plan, view, Math.max(start, view.start));
  const right = timeToX(plan, view, Math.min(end, view.end));
  pen.globalAlpha = 0.65;
  pen.fillStyle = palette.bg;
  pen.fillRect(plan.x0, 0, left - plan.x0, plan.axisY);
  pen.fillRect(right, 0, plan.x1 - right, plan.axisY);
  pen.globalAlpha = 1;
  pen.fillStyle = palette.accent;
  pen.fillRect(left - 0.5, 0, 1, plan.axisY);
  pen.fillRect(right - 0.5, 0, 1, plan.axisY);
}
