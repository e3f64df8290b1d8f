// Colours of the style sheet as the canvas needs them: computed, so that light-dark() is settled.

const NAMES = {
  text: "--text",
  text2: "--text-2",
  text3: "--text-3",
  bg: "--bg",
  well: "--well",
  line: "--line",
  lineStrong: "--line-strong",
  lineControl: "--line-control",
  accent: "--accent",
  series: "--chart-line",
  target: "--chart-target",
  casing: "--chart-casing",
  hatch: "--chart-hatch",
};

export function readPalette(host) {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  const colour = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const palette = Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, colour(name)]));
  palette.zones = [""];
  palette.tints = [""];
  for (let zone = 1; zone <= 7; zone += 1) {
    palette.zones.push(colour(`--z${zone}`));
    palette.tints.push(colour(`--z${zone}-tint`));
  }
  palette.font = getComputedStyle(host).fontFamily;
  probe.remove();
  return palette;
}

/** A diagonal hatch at device resolution: "no target" and "no data". */
export function hatchPattern(context, colour, ratio) {
  const tile = document.createElement("canvas");
  const side = Math.round(6 * ratio);
  tile.width = side;
  tile.height = side;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = ratio;
  pen.beginPath();
  for (const shift of [-side, 0, side]) {
    pen.moveTo(shift, side);
    pen.lineTo(shift + side, 0);
  }
  pen.stroke();
  const pattern = context.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}
