// The icon set: 24-unit grid, 1.75 stroke, round ends. One <symbol> each in an SVG sprite.
const SHAPES = {
  alert: '<path d="M12 4l9 16H3z"/><path d="M12 10v4.5"/><circle cx="12" cy="17" r="0.4"/>',
  bike: '<circle cx="6" cy="16" r="3.5"/><circle cx="18" cy="16" r="3.5"/><path d="M6 16l3.5-7h5L18 16M9.5 9L12.5 16H6M14.5 9L12.5 16M8 7h3M14.5 9l-.8-2.5H16"/>',
  buzz: '<rect x="8" y="4" width="8" height="16" rx="2"/><path d="M4.5 9v6M19.5 9v6"/>',
  check: '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
  clock: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
  copy: '<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 8.5V6a1.5 1.5 0 0 0-1.5-1.5H6A1.5 1.5 0 0 0 4.5 6v8A1.5 1.5 0 0 0 6 15.5h2.5"/>',
  device: '<rect x="3.5" y="5" width="17" height="11.5" rx="1.5"/><path d="M9 20h6M12 16.5V20"/>',
  done: '<circle cx="12" cy="12" r="8.5"/><path d="M8 12.3l2.8 2.7L16 9.6"/>',
  dots: '<circle cx="6" cy="12" r="0.9"/><circle cx="12" cy="12" r="0.9"/><circle cx="18" cy="12" r="0.9"/>',
  down: '<path d="M7 10l5 5 5-5"/>',
  "down-s": '<path d="M12 6v11M7 12.5l5 5 5-5"/>',
  download: '<path d="M12 4v11M8 11.5l4 4 4-4M5 13v5.5A1.5 1.5 0 0 0 6.5 20h11a1.5 1.5 0 0 0 1.5-1.5V13"/>',
  edit: '<path d="M5 19l1-4L15.5 5.5l3 3L9 18z"/><path d="M13.5 7.5l3 3"/>',
  exercise: '<circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="4.5"/><circle cx="12" cy="12" r="0.8"/>',
  filter: '<path d="M4 7h16M7 12h10M10 17h4"/>',
  fitness: '<path d="M3 17l5-6 4 3 8-9"/><path d="M15 5h5v5"/>',
  flag: '<path d="M6 21V4M6 5h11.5l-2.5 4 2.5 4H6"/>',
  full: '<path d="M4 9V4.5h4.5M15.5 4.5H20V9M20 15v4.5h-4.5M8.5 19.5H4V15"/>',
  grip: '<circle cx="9" cy="7" r="0.7"/><circle cx="15" cy="7" r="0.7"/><circle cx="9" cy="12" r="0.7"/><circle cx="15" cy="12" r="0.7"/><circle cx="9" cy="17" r="0.7"/><circle cx="15" cy="17" r="0.7"/>',
  group: '<circle cx="9" cy="8.5" r="3"/><path d="M3.5 19c.5-3.5 2.8-5 5.5-5s5 1.5 5.5 5M15.5 5.8a3 3 0 0 1 0 5.4M17 14.3c2 .6 3.2 2.2 3.5 4.7"/>',
  heart: '<path d="M12 19.5C5 15 4 11.5 4 9.3 4 6.9 5.8 5 8 5c1.7 0 3.1 1 4 2.6C12.9 6 14.3 5 16 5c2.2 0 4 1.9 4 4.3 0 2.2-1 5.7-8 10.2z"/>',
  "heart-on": '<path d="M12 19.5C5 15 4 11.5 4 9.3 4 6.9 5.8 5 8 5c1.7 0 3.1 1 4 2.6C12.9 6 14.3 5 16 5c2.2 0 4 1.9 4 4.3 0 2.2-1 5.7-8 10.2z" fill="currentColor"/>',
  history: '<path d="M4 6h2M4 12h2M4 18h2M10 6h10M10 12h10M10 18h6"/>',
  info: '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5"/><circle cx="12" cy="8" r="0.5"/>',
  key: '<circle cx="8" cy="15" r="4"/><path d="M11 12l8-8M16 7l2.5 2.5M13.5 9.5L15 11"/>',
  left: '<path d="M14.5 6L8.5 12l6 6"/>',
  library: '<path d="M3.5 19.5V12h4v7.5M7.5 12V7h4.5v12.5M12 7V4.5h4v15M16 10h4.5v9.5M3 19.5h18"/>',
  link: '<path d="M10 14l4-4M8.5 11.5l-2 2a3.5 3.5 0 0 0 5 5l2-2M15.5 12.5l2-2a3.5 3.5 0 0 0-5-5l-2 2"/>',
  lock: '<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>',
  mail: '<rect x="3.5" y="5.5" width="17" height="13" rx="2"/><path d="M4 7.5l8 6 8-6"/>',
  meditation: '<circle cx="12" cy="6" r="2.2"/><path d="M12 10.5v5M7 14.5l5-3 5 3M4.5 19.5c2.5-3 5-4 7.5-4s5 1 7.5 4z"/>',
  menu: '<path d="M4 7h16M4 12h16M4 17h16"/>',
  miss: '<circle cx="12" cy="12" r="8.5"/><path d="M9 9l6 6M15 9l-6 6"/>',
  moon: '<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"/>',
  next: '<path d="M6 6v12l8.5-6zM18 6v12"/>',
  note: '<path d="M5 4h9l5 5v11H5zM14 4v5h5M8.5 13h7M8.5 16.5h4"/>',
  other: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5v5l-3 2.5"/>',
  out: '<path d="M14 4.5H7A1.5 1.5 0 0 0 5.5 6v12A1.5 1.5 0 0 0 7 19.5h7M11 12h9.5M17 8.5l3.5 3.5-3.5 3.5"/>',
  part: '<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17A8.5 8.5 0 0 0 12 3.5z" fill="currentColor"/>',
  pause: '<path d="M8.5 5.5v13M15.5 5.5v13" stroke-width="3"/>',
  plan: '<rect x="3.5" y="5" width="17" height="15" rx="2.5"/><path d="M3.5 10h17M8 3v4M16 3v4"/>',
  play: '<path d="M8 5.5v13l10.5-6.5z" fill="currentColor"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  power: '<path d="M4 4v16h16"/><path d="M7 7c1 6 4 8.5 12 9"/>',
  prev: '<path d="M18 6v12L9.5 12zM6 6v12"/>',
  right: '<path d="M9.5 6l6 6-6 6"/>',
  row: '<path d="M3 18h18M6 18l3-4 4-5M9 14h5l4 4"/><circle cx="14.5" cy="6.5" r="1.8"/>',
  run: '<circle cx="15" cy="4.8" r="1.8"/><path d="M6 10.5l3.5-2.5 4 1-2.5 5 3.5 2.5-1 5M11 14l-2 3.5H5M13.5 9l2 2.5 3 .5"/>',
  search: '<circle cx="11" cy="11" r="6.5"/><path d="M20 20l-4.3-4.3"/>',
  server: '<rect x="4" y="4.5" width="16" height="6" rx="1.5"/><rect x="4" y="13.5" width="16" height="6" rx="1.5"/><path d="M7.5 7.5h.01M7.5 16.5h.01"/>',
  settings: '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>',
  share: '<path d="M12 15V4M8 7.5L12 3.5l4 4M5 13v5.5A1.5 1.5 0 0 0 6.5 20h11a1.5 1.5 0 0 0 1.5-1.5V13"/>',
  skip: '<circle cx="12" cy="12" r="8.5"/><path d="M8 12h8"/>',
  sound: '<path d="M4 10v4h3.5L12 18V6l-4.5 4zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>',
  star: '<path d="M12 4l2.5 5.2 5.7.7-4.2 3.9 1.1 5.6-5.1-2.8-5.1 2.8L8 13.8 3.8 9.9l5.7-.7z"/>',
  "star-on": '<path d="M12 4l2.5 5.2 5.7.7-4.2 3.9 1.1 5.6-5.1-2.8-5.1 2.8L8 13.8 3.8 9.9l5.7-.7z" fill="currentColor"/>',
  strength: '<path d="M4 9.5v5M7 7v10M17 7v10M20 9.5v5M7 12h10"/>',
  swap: '<path d="M5 9h13l-3.5-3.5M19 15H6l3.5 3.5"/>',
  sync: '<path d="M4.5 11a7.5 7.5 0 0 1 13-4.5L20 9M20 4.5V9h-4.5M19.5 13a7.5 7.5 0 0 1-13 4.5L4 15M4 19.5V15h4.5"/>',
  table: '<rect x="4" y="5" width="16" height="14" rx="2"/><path d="M4 10h16M4 14.5h16M10 10v9"/>',
  today: '<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6l1.4 1.4M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4"/>',
  todo: '<circle cx="12" cy="12" r="8.5" stroke-dasharray="3.2 3.48"/>',
  trash: '<path d="M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5"/>',
  trophy: '<path d="M7.5 4h9v5.5a4.5 4.5 0 0 1-9 0zM7.5 5.5H4.5c0 3 1.2 4.7 3.3 5M16.5 5.5h3c0 3-1.2 4.7-3.3 5M12 14v3.5M8.5 20c0-1.6 1.5-2.5 3.5-2.5s3.5.9 3.5 2.5z"/>',
  "up-s": '<path d="M12 18V7M7 11.5L12 6.5l5 5"/>',
  user: '<circle cx="12" cy="8.5" r="3.5"/><path d="M5 20c.6-4 3.3-6 7-6s6.4 2 7 6"/>',
  voice: '<rect x="9" y="3.5" width="6" height="10.5" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>',
  walk: '<circle cx="13" cy="4.5" r="1.8"/><path d="M12.5 8.5l-1 6 3 2.5 1 4M11.5 14.5L9 21M12.5 8.5L9 10.5V14M12.5 8.5l2 3 2.5 1"/>',
  x: '<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>',
  yoga: '<circle cx="12" cy="5" r="1.8"/><path d="M12 8.5V14M12 10c-2 1-3.5 3-5.5 4.5M12 10c2 1 3.5 3 5.5 4.5M12 14c-3 0-6 1.5-7 4h14c-1-2.5-4-4-7-4z"/>',
  zoom: '<circle cx="11" cy="11" r="6.5"/><path d="M20 20l-4.3-4.3M8.5 11h5M11 8.5v5"/>',
};

const STROKE = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
const STEPS = "M2 20v-4.5h5V11h5V6.5h5v-4h5";

/** The sprite: <use href="icons.svg#i-NAME">; the brand mark is #i-mark and takes its dot from --accent. */
export function spriteSvg() {
  const symbols = Object.entries(SHAPES).map(([name, shape]) => `<symbol id="i-${name}" viewBox="0 0 24 24"><g ${STROKE}>${shape}</g></symbol>`);
  const mark = `<path d="${STEPS}" fill="none" stroke="currentColor" stroke-width="2.25" stroke-linejoin="round" stroke-linecap="round"/><circle cx="12.5" cy="18" r="3.25" fill="var(--accent)"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}<symbol id="i-mark" viewBox="0 0 24 24">${mark}</symbol></svg>`;
}

/** The icon of the site itself, legible on a light and on a dark tab. */
export function brandMark() {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 32 32"><rect x="-4" y="-4" width="32" height="32" rx="7" fill="#faf9f7"/><path d="${STEPS}" fill="none" stroke="#1b1a18" stroke-width="2.5" stroke-linejoin="round" stroke-linecap="round"/><circle cx="12.5" cy="18" r="3.5" fill="#4b3fc4"/></svg>`;
}

/** Names of all icons, for the style guide and for the test that no template asks for a missing one. */
export const ICON_NAMES = Object.keys(SHAPES);
