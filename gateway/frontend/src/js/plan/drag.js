// Dragging an item with a mouse, or with a finger after it was held. Ends with a place, or with none.
import { listOf } from "./board.js";

const FAR_ENOUGH = 6;
const HOLD_MS = 350;

function dropMark() {
  const mark = document.createElement("li");
  mark.className = "drop-mark";
  mark.textContent = "Move here";
  mark.setAttribute("aria-hidden", "true");
  return mark;
}

/** The list and place under a point; the place counts the rider's items but the dragged one. */
function spotAt(x, y, item) {
  const under = document.elementFromPoint(x, y)?.closest(".board-day");
  const list = under?.querySelector(".board-items[data-date]");
  if (!list) return null;
  const others = Array.from(list.querySelectorAll(":scope > [data-move-url]")).filter((other) => other !== item);
  const place = others.filter((other) => {
    const box = other.getBoundingClientRect();
    return y > box.top + box.height / 2;
  }).length;
  return { list, place, before: others[place] ?? null };
}

/** Begins to watch a press on an item; `done(item, spot)` is called when it was dragged to a place. */
export function watchPress(event, item, done) {
  const { clientX, clientY, pointerId } = event;
  const isTouch = event.pointerType !== "mouse";
  const mark = dropMark();
  let lifted = false;
  let spot = null;
  let timer = 0;

  const lift = () => {
    lifted = true;
    item.classList.add("is-lifted");
    item.setPointerCapture?.(pointerId);
    navigator.vibrate?.(10);
  };
  const follow = (x, y) => {
    item.style.setProperty("translate", `${x - clientX}px ${y - clientY}px`);
    item.style.setProperty("pointer-events", "none");
    spot = spotAt(x, y, item);
    if (!spot) mark.remove();
    else if (spot.before) spot.before.before(mark);
    else spot.list.append(mark);
  };
  const onMove = (move) => {
    const far = Math.hypot(move.clientX - clientX, move.clientY - clientY) > FAR_ENOUGH;
    if (!lifted && isTouch && far) return end();
    if (!lifted && !isTouch && far) lift();
    if (lifted) follow(move.clientX, move.clientY);
    return undefined;
  };
  const onTouchMove = (move) => lifted && move.preventDefault();
  const onClick = (click) => {
    click.preventDefault();
    click.stopPropagation();
  };
  const end = () => {
    clearTimeout(timer);
    document.removeEventListener("pointermove", onMove);
    document.removeEventListener("pointerup", onUp);
    document.removeEventListener("pointercancel", end);
    document.removeEventListener("keydown", onKey, true);
    document.removeEventListener("touchmove", onTouchMove);
    item.classList.remove("is-lifted");
    item.style.removeProperty("translate");
    item.style.removeProperty("pointer-events");
    mark.remove();
  };
  const onUp = () => {
    const found = lifted ? spot : null;
    // The click that ends a drag opens nothing.
    if (lifted) {
      document.addEventListener("click", onClick, { capture: true, once: true });
      setTimeout(() => document.removeEventListener("click", onClick, { capture: true }), 50);
    }
    end();
    if (found && !(found.list === listOf(item) && isSamePlace(item, found))) done(item, found);
  };
  const onKey = (key) => {
    if (key.key !== "Escape" || !lifted) return;
    key.preventDefault();
    lifted = false;
    end();
  };

  document.addEventListener("pointermove", onMove);
  document.addEventListener("pointerup", onUp);
  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", onKey, true);
  if (isTouch) {
    document.addEventListener("touchmove", onTouchMove, { passive: false });
    timer = setTimeout(lift, HOLD_MS);
  }
}

function isSamePlace(item, spot) {
  const all = Array.from(spot.list.querySelectorAll(":scope > [data-move-url]"));
  return all.indexOf(item) === spot.place;
}
