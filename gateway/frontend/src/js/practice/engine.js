// The arithmetic of practice: what is called at a second of the class clock, for an FTP or a level. No page, no clock of its own.

export const COUNT_IN_SECONDS = 10;
export const STEP_SECONDS = 15;

/** The call that a second lies in; the first one before the begin, the last one from the end on. */
export function callAt(calls, second) {
  let low = 0;
  let high = calls.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (calls[middle].end <= second) low = middle + 1;
    else high = middle;
  }
  return { ...calls[low], index: low };
}

/** The song that plays at a second; null before the first one. */
export function songAt(songs, second) {
  return songs.findLast((song) => song.start <= second) ?? null;
}

/** Whole watts, half up, as every page rounds the edges of zones. */
const watts = (share, ftp) => Math.floor(share * ftp + 0.5);
const percent = (share) => `${Number((share * 100).toFixed(1))}`;

/** The target of a call in figures: `{ range, aim }`. Without an FTP zones are in percent of it. */
export function targetOf(call, { edges, lines, paces }, { ftp, level }) {
  if (call.zones) return zoneTarget(call.zones, edges, lines, ftp);
  const paced = call.pace && paces[level]?.[`${call.pace[0]}..${call.pace[1]}`];
  return paced ? { range: paced[0], aim: paced[1] } : { range: "", aim: "" };
}

function zoneTarget([low, high], edges, lines, ftp) {
  const unit = ftp ? "W" : "% of FTP";
  const shown = (share) => (ftp ? String(watts(share, ftp)) : percent(share));
  const from = low > 1 ? edges[low - 2] : 0;
  const range = high > edges.length ? `over ${shown(edges.at(-1))} ${unit}` : `${shown(from)}–${shown(edges[high - 1])} ${unit}`;
  const aim = (lines[low - 1] + lines[high - 1]) / 2;
  return { range, aim: `aim for ${shown(aim)} ${unit}` };
}

/** Everything that is shown at a second; seconds below 0 count in. */
export function moment(timeline, at, rider) {
  const isCountIn = at < 0;
  const call = callAt(timeline.calls, at);
  const next = isCountIn ? call : timeline.calls[call.index + 1] ?? null;
  return {
    isCountIn,
    call,
    target: targetOf(call, timeline, rider),
    next,
    nextTarget: next ? targetOf(next, timeline, rider) : null,
    intervalLeft: isCountIn ? -at : Math.max(call.end - at, 0),
    classAt: Math.max(at, 0),
    classLeft: Math.max(timeline.seconds - Math.max(at, 0), 0),
    song: songAt(timeline.songs, Math.max(at, 0)),
    isOver: at >= timeline.seconds,
  };
}
