// What the chart says: tooltip, readout row on phones, spoken value, summary of a selection, the table.
import { levelText, rangeText, zoneOf, zoneText } from "./scale.js";
import { blockAt, meanBetween, normalizedPower, songAt } from "./series.js";
import { amount, clock, watts, withUnit } from "./words.js";

export function element(name, text, className = "") {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Label and value pairs for one moment. */
export function rowsAt(series, shown, index) {
  const rows = [];
  const { scale } = series;
  const time = series.times[index];
  if (series.main) {
    const value = shown[index];
    const isThere = Number.isFinite(value);
    rows.push([scale.label, isThere ? `${levelText(scale, value)}, ${zoneText(scale, zoneOf(scale, value))}` : "no data"]);
    const block = blockAt(series, time);
    if (block) rows.push(["Target", `${zoneText(scale, block.zone)}, ${rangeText(scale, block.zone)}`]);
    else if (series.blocks.length) rows.push(["Target", "none"]);
  }
  for (const metric of series.panels) {
    rows.push([metric.name, withUnit(metric, metric.values[index]) + calledText(metric, time)]);
    if (metric.other) rows.push([metric.other.name, withUnit(metric, metric.other.values[index])]);
  }
  const song = songAt(series, time);
  if (song) rows.push(["Music", song.text]);
  return rows;
}

/** ` of 80–90` where the class calls a range of this metric. */
function calledText(metric, time) {
  const range = metric.ranges.find(({ start, end }) => start <= time && time < end);
  return range ? ` of ${amount(metric, range.low)}–${amount(metric, range.high)}` : "";
}

function placeInBlocks(series, time) {
  const block = blockAt(series, time);
  return block ? `block ${series.blocks.indexOf(block) + 1} of ${series.blocks.length}` : "";
}

export function spokenAt(series, shown, index) {
  const rows = rowsAt(series, shown, index).map(([name, text]) => `${name} ${text.replace(/\bZ(\d)/, "zone $1")}`);
  return [clock(series.times[index]), placeInBlocks(series, series.times[index]), ...rows].filter(Boolean).join(", ");
}

export function fillTip(tip, title, aside, rows) {
  const head = element("p", "", "chart-tip-head");
  head.append(element("b", title), element("span", aside));
  tip.replaceChildren(head, ...rows.map(([name, text]) => {
    const row = element("div");
    row.append(element("span", name), element("b", text));
    return row;
  }));
  tip.hidden = false;
}

/** Beside the line, on the side with room; the style is set through the CSSOM, which the policy allows. */
export function placeTip(tip, x, plan) {
  const width = tip.offsetWidth;
  const left = x + 14 + width <= plan.x1 + 12 ? x + 14 : x - 14 - width;
  const anchor = plan.main ?? plan.panels[0];
  const top = anchor.y1 - tip.offsetHeight - 12;
  tip.style.transform = `translate(${Math.round(Math.max(left, 0))}px, ${Math.round(Math.max(top, anchor.y0 + 8))}px)`;
}

export function showMoment({ tip, readout }, series, shown, index, x, plan) {
  const time = series.times[index];
  fillTip(tip, clock(time), placeInBlocks(series, time), rowsAt(series, shown, index));
  placeTip(tip, x, plan);
  const parts = [element("b", clock(time))];
  for (const [name, text] of rowsAt(series, shown, index)) {
    parts.push(element("span", name === series.scale?.label ? text : `${name.toLowerCase()} ${text}`));
  }
  readout.replaceChildren(...parts);
}

function selectionRows(series, { start, end }) {
  const rows = [];
  const { main, scale } = series;
  if (main) {
    const { values } = main;
    const mean = meanBetween(series, values, start, end);
    rows.push([`Mean ${scale.label.toLowerCase()}`, Number.isFinite(mean) ? levelText(scale, mean) : "–"]);
    const normalized = normalizedPower(series, start, end);
    if (Number.isFinite(normalized)) rows.push(["NP", `${watts(normalized)} W`]);
    const seconds = new Array(scale.names.length).fill(0);
    values.forEach((value, index) => {
      const time = series.times[index];
      if (time >= start && time < end && Number.isFinite(value)) seconds[zoneOf(scale, value)] += series.step;
    });
    if (series.step === 1) seconds.forEach((spent, zone) => spent && rows.push([zoneText(scale, zone), clock(spent)]));
  }
  for (const metric of series.panels) rows.push([metric.name, withUnit(metric, meanBetween(series, metric.values, start, end))]);
  return rows;
}

export function showSelection({ tip, readout }, series, selection, x, plan) {
  fillTip(tip, `${clock(selection.start)}–${clock(selection.end)}`, clock(selection.end - selection.start), selectionRows(series, selection));
  placeTip(tip, x, plan);
  readout.replaceChildren(element("b", `${clock(selection.start)}–${clock(selection.end)}`));
}

export function hideReadings({ tip, readout }) {
  tip.hidden = true;
  readout.replaceChildren(element("span", "Touch the chart to read it."));
}

function tableRow(series, start, end) {
  const cells = [clock(start)];
  const { main, scale } = series;
  if (main) {
    const mean = meanBetween(series, main.values, start, end);
    const zone = Number.isFinite(mean) ? zoneOf(scale, mean) : 0;
    const block = blockAt(series, start);
    cells.push(zone ? levelText(scale, mean) : "–", zone ? `${zone}, ${scale.names[zone]}` : "–");
    if (series.blocks.length) cells.push(block ? `${scale.word} ${block.zone}` : "none");
  }
  for (const metric of series.panels) {
    cells.push(withUnit(metric, meanBetween(series, metric.values, start, end)));
    if (metric.other) cells.push(withUnit(metric, meanBetween(series, metric.other.values, start, end)));
  }
  if (series.songs.length) cells.push(songAt(series, start)?.text ?? "–");
  return cells;
}

/** The whole chart as a table of means: every half minute up to 20 minutes, else every minute. */
export function buildTable(series) {
  const step = series.end - series.start <= 1200 ? 30 : 60;
  const heads = ["Time"];
  if (series.main) heads.push(series.scale.label, series.scale.mark ? "Zone" : "Band", ...(series.blocks.length ? ["Called"] : []));
  heads.push(...series.panels.flatMap((metric) => (metric.other ? [metric.name, metric.other.name] : [metric.name])));
  if (series.songs.length) heads.push("Music");
  const table = element("table", "", "data-table");
  table.append(element("caption", `Means of ${step} seconds`, "unseen"));
  const head = table.createTHead().insertRow();
  heads.forEach((text, place) => {
    const cell = element("th", text, place ? "end" : "");
    cell.scope = "col";
    head.append(cell);
  });
  const body = table.createTBody();
  for (let start = series.start; start < series.end; start += step) {
    const row = body.insertRow();
    tableRow(series, start, start + step).forEach((text, place) => {
      const cell = element(place ? "td" : "th", text, place ? "end" : "");
      if (!place) cell.scope = "row";
      row.append(cell);
    });
  }
  return table;
}
