// One picture: floor, focus, what stands around, the figure, and in accent what moves. 240 by 160 units.
import { capsule, joints, pieces } from "./body.mjs";

const [HIGHEST_FLOOR, LOWEST_FLOOR] = [116, 142];
const MIDDLE = 80;
const [WIDEST, HIGHEST, LARGEST] = [196, 136, 1.35];
const MAT = '<rect x="24" y="26" width="192" height="108" rx="12" fill="currentColor" opacity=".09"/>';
const floor = (y) => `<path d="M20 ${number(y + 1.5)}H220" stroke="currentColor" stroke-width="3" stroke-linecap="round" opacity=".22"/>`;
const number = (value) => String(Math.round(value * 10) / 10);

/**
 * Draws a pose as large as fits, `center` being the middle of all that is drawn; `top` says that it is seen from above.
 * `ghosts` are other moments of the movement, `focus` the places that work, `arrows` the ways that something goes.
 */
export function picture({ center = 120, top = false, pose, ghosts = [], props = [], focus = [], arrows = [], motif = "" }) {
  const figure = pieces(pose);
  const behind = ghosts.map((ghost) => pieces(ghost).near);
  const box = bounds([...figure.near, ...figure.far, ...behind.flat()], [...props, ...arrows]);
  const zoom = Math.min(LARGEST, WIDEST / (box.right - box.left), HIGHEST / box.top);
  const left = center - (zoom * (box.left + box.right)) / 2;
  // Seen from above, 0 is the middle of the mat; from the side it is the floor, higher where little stands on it.
  const ground = top ? MIDDLE : Math.min(LOWEST_FLOOR, Math.max(HIGHEST_FLOOR, MIDDLE + 4 + (box.top * zoom) / 2));
  const screen = ([x, y]) => [left + x * zoom, ground - y * zoom];
  const outline = (parts) => parts.map(([a, ra, b, rb]) => capsule(screen(a), ra * zoom, screen(b), rb * zoom)).join("");
  const filled = (parts, opacity) => (parts.length ? `<path d="${outline(parts)}" fill="currentColor"${opacity}/>` : "");
  const body = joints(pose);
  return [
    top ? MAT : floor(ground),
    ...focus.map(({ on, radius }) => focusDisc(screen(typeof on === "string" ? body[on] : on), radius * zoom)),
    ...props.map((prop) => propLine(prop, screen)),
    ...behind.map((parts) => filled(parts, ' opacity=".16"')),
    filled(figure.far, ' opacity=".36"'),
    filled(figure.near, ""),
    inAccent(arrows.map((each) => arrow(each, screen)).join("") + motif),
  ].join("");
}

/** What a drawing reaches: parts with their radii, and the points of lines and arrows. */
function bounds(parts, lines) {
  const discs = parts.flatMap(([a, ra, b, rb]) => [[...a, ra], [...b, rb]]);
  const points = lines.flatMap((line) => line.points ?? [line.start, line.end]).map((point) => [...point, 3]);
  const all = [...discs, ...points];
  return {
    left: Math.min(...all.map(([x, , radius]) => x - radius)),
    right: Math.max(...all.map(([x, , radius]) => x + radius)),
    top: Math.max(...all.map(([, y, radius]) => y + radius)),
  };
}

const inAccent = (shapes) =>
  shapes && `<g class="accent" fill="none" stroke="var(--accent)" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">${shapes}</g>`;

const focusDisc = ([x, y], radius) =>
  `<circle class="accent" cx="${number(x)}" cy="${number(y)}" r="${number(radius)}" fill="var(--accent)" fill-opacity=".14" stroke="var(--accent)" stroke-opacity=".55" stroke-width="1.5"/>`;

function propLine({ points, width = 4 }, screen) {
  const path = points.map((point) => screen(point).map(number).join(" ")).join("L");
  return `<path d="M${path}" fill="none" stroke="currentColor" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" opacity=".3"/>`;
}

/** A curved arrow from a point to another; `bow` is how far its middle stands out to the left of the way. */
function arrow({ start, end, bow = 0, both = false }, screen) {
  const [a, b] = [screen(start), screen(end)];
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  const middle = [(a[0] + b[0]) / 2 + (dy / length) * bow * 2, (a[1] + b[1]) / 2 - (dx / length) * bow * 2];
  const line = `M${a.map(number).join(" ")}Q${middle.map(number).join(" ")} ${b.map(number).join(" ")}`;
  return `<path d="${line}${tip(middle, b)}${both ? tip(middle, a) : ""}"/>`;
}

function tip(origin, point) {
  const back = Math.atan2(origin[1] - point[1], origin[0] - point[0]);
  const wing = (side) => [point[0] + 8 * Math.cos(back + side * 0.6), point[1] + 8 * Math.sin(back + side * 0.6)].map(number).join(" ");
  return `M${wing(1)}L${point.map(number).join(" ")}L${wing(-1)}`;
}
