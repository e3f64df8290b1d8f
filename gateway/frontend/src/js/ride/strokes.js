// Strokes that every layer of the chart uses.
import { timeToX } from "./layout.js";

export function write(brush, text, x, y, { align = "left", colour = brush.palette.text3, weight = 400 } = {}) {
  const { pen } = brush;
  pen.font = `${weight} 11px ${brush.palette.font}`;
  pen.textAlign = align;
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}

export function ruleAcross(brush, y, colour, width) {
  const { pen, plan } = brush;
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.beginPath();
  pen.moveTo(plan.x0, y);
  pen.lineTo(plan.x1, y);
  pen.stroke();
}

/** Keeps what follows between the ends of the time axis, which matters when zoomed. */
export function inPlot(brush, draw) {
  const { pen, plan } = brush;
  pen.save();
  pen.beginPath();
  pen.rect(plan.x0, 0, plan.x1 - plan.x0, plan.height);
  pen.clip();
  draw();
  pen.restore();
}

export const xAt = (brush, time) => timeToX(brush.plan, brush.view, time);

export function hatchBetween(brush, stretch, y0, y1) {
  const { pen } = brush;
  const left = xAt(brush, stretch.start);
  pen.fillStyle = brush.hatch;
  pen.fillRect(left, y0, xAt(brush, stretch.end) - left, y1 - y0);
}

export function dot(pen, x, y, radius, colour, ring) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
  pen.strokeStyle = ring;
  pen.lineWidth = 2;
  pen.stroke();
}
