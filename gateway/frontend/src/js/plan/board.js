// The week board as data: which items stand where, and moving one in the page. The server decides; this only shows.

/** The list of a day that holds an item. */
export const listOf = (item) => item.closest(".board-items");

/** Items of a list that have a place: those of the rider. */
const placed = (list) => Array.from(list.querySelectorAll(":scope > [data-move-url]"));

/** An item's place among the rider's items of its day. */
export function placeOf(item) {
  return placed(listOf(item)).indexOf(item);
}

/** Puts an item at a place of a day; behind the last one when the place is beyond. */
export function put(item, list, place) {
  const others = placed(list).filter((other) => other !== item);
  const before = others[place];
  if (before) before.before(item);
  else if (others.length) others.at(-1).after(item);
  else list.prepend(item);
}

/** The days of the board that are shown, by week, in order. */
export function weeksOf(board) {
  const shown = Array.from(board.querySelectorAll(".board-week")).filter((week) => week.offsetParent !== null || week.getClientRects().length);
  return shown.map((week) => Array.from(week.querySelectorAll(".board-items")));
}

/** Where an arrow key leads from a place; null at the edge. */
export function neighbour(board, item, key) {
  const weeks = weeksOf(board);
  const list = listOf(item);
  const week = weeks.findIndex((days) => days.includes(list));
  const day = weeks[week].indexOf(list);
  const place = placeOf(item);
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const flat = weeks.flat();
    const next = flat[flat.indexOf(list) + (key === "ArrowRight" ? 1 : -1)];
    return next ? { list: next, place: Number.MAX_SAFE_INTEGER } : null;
  }
  const step = key === "ArrowDown" ? 1 : -1;
  const count = placed(list).length;
  if (place + step >= 0 && place + step < count) return { list, place: place + step };
  const next = weeks[week + step]?.[day];
  return next ? { list: next, place: step > 0 ? 0 : Number.MAX_SAFE_INTEGER } : null;
}

/** What an item and its day are called. */
export function named(item) {
  return { title: item.dataset.title, day: listOf(item).dataset.text, place: placeOf(item) + 1, count: placed(listOf(item)).length };
}

/** The state of every item by its id, to tell what a renewal changed. */
export function statesOf(root) {
  const items = root.querySelectorAll("[data-item]");
  return new Map(Array.from(items, (item) => [item.dataset.item, { state: item.dataset.state, title: item.dataset.title }]));
}

/** What to say about a renewal: the items whose state is another one now. */
export function changesBetween(before, after) {
  const told = [];
  for (const [id, now] of after) {
    const was = before.get(id);
    if (was && was.state !== now.state) told.push(`${now.title}: ${now.state}.`);
  }
  return told.join(" ");
}
