// The power curve: best mean power over length, on a log axis. Season solid, 90 days thin, all time dashed, one ride as dots.
import { dot, ruleAcross, write } from "../ride/strokes.js";
import { axisLength, effortLength, heightOf, NARROW_BELOW, roundTicks, whole } from "./scale.js";

const AXIS_SECONDS = [1, 5, 20, 60, 300, 1200, 3600];

function readCurves(figures) {
  return figures.curves.map(({ key, name, points }) => ({
    key,
    name,
    at: new Map(points.map(([seconds, watts, perKilogram, day, href]) => [seconds, { seconds, watts, perKilogram, day, href }])),
  }));
}

function styleOf(key, palette) {
  return {
    season: { colour: palette.accent, width: 2, dash: [] },
    recent: { colour: palette.text, width: 1.25, dash: [] },
    all: { colour: palette.text3, width: 1.5, dash: [4, 4] },
    ride: { colour: palette.text, width: 0, dash: [] },
  }[key];
}

export function powerModel(root, figures) {
  const curves = readCurves(figures);
  const lengths = [...new Set(curves.flatMap(({ at }) => [...at.keys()]))].sort((a, b) => a - b);
  const highest = Math.max(...curves.flatMap(({ at }) => [...at.values()].map(({ watts }) => watts)), ...figures.lines.map(([, watts]) => watts));
  const [shortest, longest] = [Math.log(lengths[0]), Math.log(Math.max(lengths.at(-1), lengths[0] * 2))];
  const x = (plan, seconds) => plan.x0 + ((Math.log(seconds) - shortest) / (longest - shortest)) * (plan.x1 - plan.x0);
  const pointsOf = (curve) => lengths.map((seconds) => curve.at.get(seconds)).filter(Boolean);

  function paintAxes(brush) {
    const { pen, palette, plan } = brush;
    for (const tick of roundTicks(0, plan.main.high, plan.narrow ? 5 : 6)) {
      const y = heightOf(plan.main, tick);
      ruleAcross(brush, y, palette.line, 1);
      write(brush, whole(tick), plan.x0 - 7, y + 4, { align: "right" });
    }
    write(brush, "W", plan.x0 - 7, plan.main.y0 - 4, { align: "right" });
    ruleAcross(brush, plan.axisY, palette.lineStrong, 1);
    let free = -Infinity;
    const ticks = AXIS_SECONDS.filter((each) => each >= lengths[0] && each <= lengths.at(-1));
    for (const [place, seconds] of ticks.entries()) {
      const left = x(plan, seconds);
      pen.strokeStyle = palette.lineStrong;
      pen.beginPath();
      pen.moveTo(left, plan.axisY);
      pen.lineTo(left, plan.axisY + 4);
      pen.stroke();
      if (left < free) continue;
      write(brush, plan.narrow ? axisLength(ticks, place) : effortLength(seconds), left, plan.axisY + 18, { align: "center" });
      free = left + (plan.narrow ? 24 : 40);
    }
  }

  /** FTP and critical power as hairlines; their names keep apart. */
  function paintLines(brush) {
    const { palette, plan } = brush;
    let last = Infinity;
    for (const [name, watts] of [...figures.lines].sort((a, b) => b[1] - a[1])) {
      const y = heightOf(plan.main, watts);
      ruleAcross(brush, y, palette.lineStrong, 1);
      const label = last === Infinity || y + 4 - last > 12 ? y + 4 : last + 12;
      write(brush, `${name} ${watts}`, plan.x1 + 6, label, { colour: palette.text2 });
      last = label;
    }
  }

  function paintCurve(brush, curve) {
    const { pen, palette, plan } = brush;
    const { colour, width, dash } = styleOf(curve.key, palette);
    const points = pointsOf(curve);
    if (width === 0 || points.length === 1) {
      for (const { seconds, watts } of points) dot(pen, x(plan, seconds), heightOf(plan.main, watts), 3.5, colour, palette.bg);
      return;
    }
    pen.beginPath();
    points.forEach(({ seconds, watts }, place) => {
      const [left, top] = [x(plan, seconds), heightOf(plan.main, watts)];
      if (place) pen.lineTo(left, top);
      else pen.moveTo(left, top);
    });
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.lineJoin = "round";
    pen.setLineDash(dash);
    pen.stroke();
    pen.setLineDash([]);
  }

  // The season lies above the rest, the dots of a ride above all.
  const order = ["all", "recent", "season", "ride"];
  const painted = [...curves].sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
  const text = ({ watts, perKilogram }) => `${whole(watts)} W${perKilogram ? `, ${perKilogram.toFixed(2)} W/kg` : ""}`;

  return {
    label: root.dataset.label,
    hint: "Arrow keys move the cursor; Enter goes to the rides behind it.",
    count: lengths.length,
    layout(width) {
      const narrow = width < NARROW_BELOW;
      const main = { y0: 18, y1: narrow ? 236 : 318, low: 0, high: highest * 1.06 };
      return { width, narrow, x0: narrow ? 36 : 44, x1: width - (figures.lines.length ? 52 : 24), main, panels: [], axisY: main.y1, height: main.y1 + 28 };
    },
    paint(brush) {
      brush.pen.clearRect(0, 0, brush.plan.width, brush.plan.height);
      paintAxes(brush);
      paintLines(brush);
      for (const curve of painted) paintCurve(brush, curve);
    },
    paintCursor(brush, place) {
      for (const curve of painted) {
        const point = curve.at.get(lengths[place]);
        if (!point) continue;
        dot(brush.pen, x(brush.plan, point.seconds), heightOf(brush.plan.main, point.watts), 4, styleOf(curve.key, brush.palette).colour, brush.palette.bg);
      }
    },
    xOf: (plan, place) => x(plan, lengths[place]),
    placeAt(plan, left) {
      const away = lengths.map((seconds) => Math.abs(x(plan, seconds) - left));
      return away.indexOf(Math.min(...away));
    },
    jump: (place, direction) => place + 4 * direction,
    reading(place) {
      const found = curves.map((curve) => [curve, curve.at.get(lengths[place])]).filter(([, point]) => point);
      return {
        title: effortLength(lengths[place]),
        aside: "",
        rows: found.map(([{ name }, point]) => [name, text(point)]),
        links: found.map(([{ name }, { day, href }]) => [`${name}: ${day}`, href]),
      };
    },
    table: () => ({
      heads: ["Length", ...curves.map(({ name }) => name)],
      rows: lengths.map((seconds) => [effortLength(seconds), ...curves.map(({ at }) => (at.has(seconds) ? `${text(at.get(seconds))}, ${at.get(seconds).day}` : "–"))]),
    }),
  };
}
