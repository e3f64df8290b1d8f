// Load by day with fitness and fatigue over it, form in a panel of its own; what is planned is outlined and dashed.
import { dot, ruleAcross, write } from "../ride/strokes.js";
import { dayAfter, dayText, heightOf, monthName, NARROW_BELOW, roundTicks, whole } from "./scale.js";

/** Ranges of form, from above: name and lower edge. */
const FORM_BANDS = [["fresh", 5], ["neutral", -10], ["building", -30], ["deep", -Infinity]];
const WEEK = 7;

function bandOf(form) {
  return FORM_BANDS.find(([, low]) => form >= low)[0];
}

export function fitnessModel(root, figures) {
  const { load, fitness, fatigue, form, ramp, sources, today } = figures;
  const count = load.length;
  const marks = figures.marks.map(([place, text]) => ({ place, text }));
  const highest = Math.max(20, ...load, ...fitness, ...fatigue) * 1.08;
  const [lowest, freshest] = [Math.min(-35, ...form) * 1.08, Math.max(15, ...form) * 1.1];
  const step = (plan) => (plan.x1 - plan.x0) / count;
  const xOf = (plan, place) => plan.x0 + (place + 0.5) * step(plan);
  const days = load.map((_, place) => dayAfter(figures.from, place));
  const marksAt = (place) => marks.filter((mark) => mark.place === place).map(({ text }) => text);

  function paintBars(brush) {
    const { pen, palette, plan } = brush;
    const width = Math.max(step(plan) - (step(plan) > 4 ? 1.5 : 0.25), 0.6);
    load.forEach((value, place) => {
      if (!value) return;
      const left = xOf(plan, place) - width / 2;
      const top = heightOf(plan.main, value);
      if (place > today) {
        pen.strokeStyle = palette.text3;
        pen.lineWidth = 1;
        pen.strokeRect(left + 0.5, top + 0.5, Math.max(width - 1, 0.5), plan.main.y1 - top - 0.5);
        return;
      }
      pen.fillStyle = palette.lineControl;
      pen.fillRect(left, top, width, plan.main.y1 - top);
    });
  }

  function trace(brush, plot, values, from, to) {
    brush.pen.beginPath();
    for (let place = from; place <= to; place += 1) brush.pen.lineTo(xOf(brush.plan, place), heightOf(plot, values[place]));
  }

  function paintArea(brush) {
    const { pen, palette, plan } = brush;
    trace(brush, plan.main, fitness, 0, today);
    pen.lineTo(xOf(plan, today), plan.main.y1);
    pen.lineTo(xOf(plan, 0), plan.main.y1);
    pen.fillStyle = palette.accent;
    pen.globalAlpha = 0.16;
    pen.fill();
    pen.globalAlpha = 1;
  }

  /** Up to today solid, after it dashed. */
  function paintLine(brush, plot, values, colour, width) {
    const { pen } = brush;
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.lineJoin = "round";
    trace(brush, plot, values, 0, today);
    pen.stroke();
    if (today >= count - 1) return;
    pen.setLineDash([4, 4]);
    trace(brush, plot, values, today, count - 1);
    pen.stroke();
    pen.setLineDash([]);
  }

  function paintScale(brush, plot, ticks) {
    for (const tick of ticks) {
      const y = heightOf(plot, tick);
      ruleAcross(brush, y, brush.palette.line, 1);
      write(brush, whole(tick), brush.plan.x0 - 7, y + 4, { align: "right" });
    }
  }

  function paintForm(brush) {
    const { pen, palette, plan } = brush;
    const [plot] = plan.panels;
    let top = plot.high;
    FORM_BANDS.forEach(([name, low], place) => {
      const bottom = Math.max(low, plot.low);
      if (bottom >= top) return;
      const [y0, y1] = [heightOf(plot, top), heightOf(plot, bottom)];
      if (name === "deep" || place % 2 === 0) {
        pen.fillStyle = name === "deep" ? brush.hatch : palette.well;
        pen.fillRect(plan.x0, y0, plan.x1 - plan.x0, y1 - y0);
      }
      if (y1 - y0 > 10) write(brush, name, plan.x1 + 6, (y0 + y1) / 2 + 4, { colour: palette.text2 });
      top = bottom;
    });
    paintScale(brush, plot, [5, -10, -30].filter((tick) => tick > plot.low && tick < plot.high));
    ruleAcross(brush, heightOf(plot, 0), palette.lineStrong, 1);
    paintLine(brush, plot, form, palette.text, 1.5);
    write(brush, "Form", plan.x0, plot.y0 - 7, { colour: palette.text, weight: 600 });
  }

  function paintMarks(brush) {
    const { pen, palette, plan } = brush;
    let free = -Infinity;
    for (const { place, text } of [...marks].sort((a, b) => a.place - b.place)) {
      const x = xOf(plan, place);
      pen.strokeStyle = palette.text;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(x, plan.main.y0 - 6);
      pen.lineTo(x, plan.main.y0 + 6);
      pen.stroke();
      pen.font = `400 11px ${palette.font}`;
      const width = pen.measureText(text).width;
      const left = Math.max(Math.min(x - width / 2, plan.x1 - width), plan.x0);
      if (left < free) continue;
      write(brush, text, left, plan.main.y0 - 10, { colour: palette.text2 });
      free = left + width + 10;
    }
  }

  function paintDays(brush) {
    const { pen, palette, plan } = brush;
    ruleAcross(brush, plan.axisY, palette.lineStrong, 1);
    const isLong = count > 150;
    let free = -Infinity;
    days.forEach(({ day, month, weekday }, place) => {
      const isTick = isLong ? day === 1 : weekday === 0;
      if (!isTick) return;
      const x = xOf(plan, place) - step(plan) / 2;
      pen.strokeStyle = palette.lineStrong;
      pen.beginPath();
      pen.moveTo(x, plan.axisY);
      pen.lineTo(x, plan.axisY + 4);
      pen.stroke();
      if (x < free || x > plan.x1 - 14) return;
      write(brush, isLong ? monthName(month) : `${day} ${monthName(month)}`, x, plan.axisY + 18);
      free = x + (isLong ? 32 : 54);
    });
    if (today >= count - 1) return;
    const x = xOf(plan, today) + step(plan) / 2;
    pen.strokeStyle = palette.lineControl;
    pen.setLineDash([2, 3]);
    pen.beginPath();
    pen.moveTo(x, plan.main.y0);
    pen.lineTo(x, plan.axisY);
    pen.stroke();
    pen.setLineDash([]);
    write(brush, "today", x - 5, plan.main.y0 + 10, { align: "right", colour: palette.text, weight: 600 });
  }

  const rowsOf = (place) => {
    const parts = [["power", 0], ["heart rate", 1], ["effort", 2]].filter(([, at]) => sources[at][place]).map(([name, at]) => `${whole(sources[at][place])} by ${name}`);
    const isPlanned = place > today;
    return [
      [isPlanned ? "Planned load" : "Load", parts.length > 1 ? `${whole(load[place])} (${parts.join(", ")})` : whole(load[place])],
      ["Fitness", whole(fitness[place])],
      ["Fatigue", whole(fatigue[place])],
      ["Form", `${whole(form[place])}, ${bandOf(form[place])}`],
      ["Ramp", whole(ramp[place])],
    ];
  };

  return {
    label: root.dataset.label,
    hint: "Arrow keys move the cursor by a day, with Shift by a week.",
    count,
    layout(width) {
      const narrow = width < NARROW_BELOW;
      const main = { y0: 26, y1: narrow ? 196 : 266, low: 0, high: highest };
      const panel = { y0: main.y1 + 32, y1: main.y1 + (narrow ? 116 : 150), low: lowest, high: freshest };
      return { width, narrow, x0: narrow ? 32 : 40, x1: width - 54, main, panels: [panel], axisY: panel.y1, height: panel.y1 + 28 };
    },
    paint(brush) {
      brush.pen.clearRect(0, 0, brush.plan.width, brush.plan.height);
      paintScale(brush, brush.plan.main, roundTicks(0, highest, brush.plan.narrow ? 4 : 6));
      paintArea(brush);
      paintBars(brush);
      paintLine(brush, brush.plan.main, fitness, brush.palette.accent, 2);
      paintLine(brush, brush.plan.main, fatigue, brush.palette.text, 1);
      ruleAcross(brush, brush.plan.main.y1, brush.palette.lineStrong, 1);
      paintForm(brush);
      paintMarks(brush);
      paintDays(brush);
    },
    paintCursor(brush, place) {
      const x = xOf(brush.plan, place);
      const { pen, palette, plan } = brush;
      dot(pen, x, heightOf(plan.main, fitness[place]), 3.5, palette.accent, palette.bg);
      dot(pen, x, heightOf(plan.main, fatigue[place]), 3, palette.text, palette.bg);
      dot(pen, x, heightOf(plan.panels[0], form[place]), 3, palette.text, palette.bg);
    },
    xOf,
    placeAt: (plan, left) => Math.floor((left - plan.x0) / step(plan)),
    jump: (place, direction) => place + WEEK * direction,
    reading: (place) => ({
      title: dayText(days[place]),
      aside: marksAt(place).join(", "),
      rows: rowsOf(place),
    }),
    table: () => ({
      heads: ["Day", "Load", "Fitness", "Fatigue", "Form"],
      rows: days.map((day, place) => [
        `${dayText(day)}${place > today ? ", planned" : ""}${marksAt(place).map((text) => `, ${text}`).join("")}`,
        ...[load, fitness, fatigue, form].map((values) => whole(values[place])),
      ]).reverse(),
    }),
    addMarks(found) {
      for (const [place, text] of found) if (place >= 0 && place < count) marks.push({ place, text });
    },
  };
}
