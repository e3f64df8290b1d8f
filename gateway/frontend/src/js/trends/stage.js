// The stage of a chart whose axis is not class time: two canvases, a cursor over places 0 to count - 1, readings, a table.
import { hatchPattern, readPalette } from "../ride/palette.js";
import { element, fillTip, placeTip } from "../ride/readout.js";

/** model: {label, count, layout(width), paint(brush), paintCursor(brush, place), xOf(plan, place), placeAt(plan, x), reading(place), jump(place, direction), table()}.
    A reading is {title, aside, rows: [[name, text]], links: [[text, href]]}. */
export class Stage {
  constructor(root, model) {
    this.root = root;
    this.model = model;
    this.host = root.querySelector("[data-chart-stage]");
    this.canvas = root.querySelector("canvas");
    this.tip = root.querySelector("[data-chart-tip]");
    this.readout = root.querySelector("[data-chart-readout]");
    this.pick = root.querySelector("[data-chart-pick]");
    this.cursor = null;
    this.overlay = document.createElement("canvas");
    this.overlay.className = "chart-overlay";
    this.canvas.after(this.overlay);
    root.querySelector("[data-chart-wait]").remove();
    this.readout.hidden = false;
    this.makeSlider();
    this.listen();
    this.wireTable();
    this.follow();
  }

  makeSlider() {
    const { host, model } = this;
    host.tabIndex = 0;
    host.setAttribute("role", "slider");
    host.setAttribute("aria-label", model.label);
    host.setAttribute("aria-valuemin", "0");
    host.setAttribute("aria-valuemax", String(model.count - 1));
    this.root.querySelector("[data-chart-hint]").textContent = model.hint;
  }

  draw() {
    const width = this.host.clientWidth;
    if (!width) return;
    this.plan = this.model.layout(width);
    this.palette = readPalette(this.host);
    this.brush = this.brushOn(this.canvas);
    this.overBrush = this.brushOn(this.overlay);
    this.model.paint(this.brush);
    this.drawOverlay();
  }

  brushOn(canvas) {
    const ratio = window.devicePixelRatio || 1;
    const { plan, palette } = this;
    canvas.width = Math.round(plan.width * ratio);
    canvas.height = Math.round(plan.height * ratio);
    canvas.style.height = `${plan.height}px`;
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { pen, palette, plan, hatch: hatchPattern(pen, palette.hatch, ratio) };
  }

  drawOverlay() {
    const { overBrush: brush, plan, model, cursor } = this;
    brush.pen.clearRect(0, 0, plan.width, plan.height);
    if (cursor === null) {
      this.tip.hidden = true;
      this.readout.replaceChildren(element("span", "Touch the chart to read it."));
      this.host.setAttribute("aria-valuenow", "0");
      this.host.setAttribute("aria-valuetext", "nothing chosen");
      return;
    }
    const { pen, palette } = brush;
    const x = model.xOf(plan, cursor);
    pen.strokeStyle = palette.text;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(x, plan.main.y0);
    pen.lineTo(x, plan.axisY);
    pen.stroke();
    model.paintCursor(brush, cursor);
    this.show(model.reading(cursor), x);
  }

  show({ title, aside, rows, links = [] }, x) {
    fillTip(this.tip, title, aside, rows);
    placeTip(this.tip, x, this.plan);
    this.readout.replaceChildren(element("b", title), ...rows.map(([name, text]) => element("span", `${name.toLowerCase()} ${text}`)));
    this.host.setAttribute("aria-valuenow", String(this.cursor));
    this.host.setAttribute("aria-valuetext", [title, aside, ...rows.map(([name, text]) => `${name} ${text}`)].filter(Boolean).join(", "));
    this.pick.hidden = links.length === 0;
    this.pick.replaceChildren(...links.map(([text, href]) => {
      const link = element("a", text, "link");
      link.href = href;
      return link;
    }));
  }

  moveTo(place) {
    const kept = Math.min(Math.max(place, 0), this.model.count - 1);
    if (kept === this.cursor) return;
    this.cursor = kept;
    this.drawOverlay();
  }

  clear() {
    this.cursor = null;
    this.drawOverlay();
  }

  listen() {
    const { host } = this;
    const under = (event) => this.model.placeAt(this.plan, event.clientX - host.getBoundingClientRect().left);
    host.addEventListener("pointerdown", (event) => event.button === 0 && this.moveTo(under(event)));
    host.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse" || event.buttons) this.moveTo(under(event));
    });
    host.addEventListener("keydown", (event) => this.onKey(event));
  }

  onKey(event) {
    const here = this.cursor ?? -1;
    const moves = {
      ArrowRight: () => this.moveTo(event.shiftKey ? this.model.jump(Math.max(here, 0), 1) : here + 1),
      ArrowLeft: () => this.moveTo(event.shiftKey ? this.model.jump(Math.max(here, 0), -1) : here - 1),
      Home: () => this.moveTo(0),
      End: () => this.moveTo(this.model.count - 1),
      Escape: () => this.clear(),
      Enter: () => this.pick.querySelector("a")?.focus(),
    };
    const move = event.ctrlKey || event.metaKey || event.altKey ? null : moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  }

  wireTable() {
    const toggle = this.root.querySelector("[data-table-toggle]");
    const place = this.root.querySelector("[data-chart-table]");
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      if (!place.firstChild) place.append(this.framedTable());
      place.hidden = !place.hidden;
      toggle.setAttribute("aria-expanded", String(!place.hidden));
      toggle.querySelector("span").textContent = place.hidden ? "Show as table" : "Hide the table";
    });
  }

  framedTable() {
    const { heads, rows } = this.model.table();
    const frame = element("div", "", "chart-table");
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", "The chart as a table");
    const table = element("table", "", "data-table");
    const head = table.createTHead().insertRow();
    heads.forEach((text, column) => {
      const cell = element("th", text, column ? "end" : "");
      cell.scope = "col";
      head.append(cell);
    });
    const body = table.createTBody();
    for (const cells of rows) {
      const row = body.insertRow();
      cells.forEach((text, column) => {
        const cell = element(column ? "td" : "th", text, column ? "end" : "");
        if (!column) cell.scope = "row";
        row.append(cell);
      });
    }
    frame.append(table);
    return frame;
  }

  follow() {
    const redraw = () => this.draw();
    redraw();
    new ResizeObserver(redraw).observe(this.host);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    document.addEventListener("themechange", redraw);
    document.fonts.ready.then(redraw);
    this.root.dataset.drawn = "";
  }
}
