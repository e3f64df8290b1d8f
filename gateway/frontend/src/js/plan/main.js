// The week board: moving items by mouse and by keyboard, and ticks that appear while one looks.
import { loadDocument } from "../documents.js";
import { adoptLive } from "../sheets.js";
import { changesBetween, listOf, named, neighbour, placeOf, put, statesOf } from "./board.js";
import { watchPress } from "./drag.js";

const POLL_MS = 4000;
const LONGEST_MS = 60_000;
const ARROWS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);

export function planBoard() {
  let timer = 0;
  let etag = "";
  let failures = 0;
  let held = null;
  let isSending = false;
  return {
    init() {
      this.showScripted();
      document.addEventListener("live-renewed", this.renewed = () => this.afterRenewal());
      document.addEventListener("visibilitychange", this.seen = () => document.visibilityState === "visible" && this.poll());
      if (new URL(location.href).searchParams.has("undo")) this.forgetUndo();
      this.poll();
    },

    destroy() {
      clearTimeout(timer);
      document.removeEventListener("live-renewed", this.renewed);
      document.removeEventListener("visibilitychange", this.seen);
    },

    showScripted() {
      for (const element of this.$root.querySelectorAll("[data-needs-script]")) element.hidden = false;
    },

    afterRenewal() {
      this.showScripted();
      if (new URL(location.href).searchParams.has("undo")) this.forgetUndo();
      etag = "";
    },

    /** The address of a deletion is good once. */
    forgetUndo() {
      const address = new URL(location.href);
      address.searchParams.delete("undo");
      window.history.replaceState(null, "", address);
    },

    say(text) {
      document.querySelector("[data-spoken]").textContent = text;
    },

    // Renewal
    async poll() {
      clearTimeout(timer);
      if (document.visibilityState !== "visible") return;
      try {
        const answer = await fetch(this.$root.dataset.stateUrl, {
          headers: { Accept: "application/json", ...(etag ? { "If-None-Match": etag } : {}) },
        });
        if (answer.status === 401 || answer.status === 403) return;
        failures = 0;
        if (answer.status === 200) await this.compare(answer.headers.get("ETag") ?? "");
        else if (answer.status !== 304) failures = 1;
      } catch {
        failures += 1;
      }
      timer = setTimeout(() => this.poll(), Math.min(POLL_MS * 2 ** failures, LONGEST_MS));
    },

    async compare(fresh) {
      const isFirst = etag === "";
      const isOther = fresh !== etag;
      etag = fresh;
      if (!isFirst && isOther && this.isIdle()) await this.refresh();
    },

    isIdle() {
      return !held && !isSending && !this.$root.querySelector(".is-lifted") && !document.querySelector("dialog[open]");
    },

    async refresh() {
      const before = statesOf(this.$root);
      const known = etag;
      const focused = document.activeElement?.closest("[data-item]")?.dataset.item;
      const page = await loadDocument(location.href);
      if (!adoptLive(page.document)) return;
      etag = known;
      if (focused) this.focusItem(focused);
      const told = changesBetween(before, statesOf(this.$root));
      if (told) this.say(told);
    },

    focusItem(id) {
      this.$root.querySelector(`[data-item="${CSS.escape(id)}"] .item-link`)?.focus();
    },

    // Moving
    press(event) {
      const item = event.target.closest("[data-move-url]");
      if (!item || event.button || held || isSending) return;
      if (event.pointerType === "mouse") event.preventDefault();
      watchPress(event, item, (moved, spot) => this.drop(moved, spot.list, spot.place));
      item.querySelector(".item-link").focus({ preventScroll: true });
    },

    key(event) {
      const item = event.target.closest("[data-move-url]");
      if (!item || isSending || event.ctrlKey || event.metaKey || event.altKey || !event.target.matches(".item-link")) return;
      if (!held && event.key.toLowerCase() === "m") {
        event.preventDefault();
        this.lift(item);
      } else if (held) this.keyWhileHeld(event);
    },

    lift(item) {
      held = { item, list: listOf(item), place: placeOf(item) };
      item.classList.add("is-lifted");
      const { title, day } = named(item);
      this.say(`${title} lifted, ${day}. Arrow keys move it, Enter puts it down, Escape takes it back.`);
    },

    keyWhileHeld(event) {
      const { item, list, place } = held;
      if (ARROWS.has(event.key)) {
        event.preventDefault();
        const target = neighbour(this.$root, item, event.key);
        if (target) put(item, target.list, target.place);
        item.querySelector(".item-link").focus();
        const now = named(item);
        this.say(target ? `${now.day}, place ${now.place} of ${now.count}.` : "That is the edge.");
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        this.letGo();
        const target = { list: listOf(item), place: placeOf(item) };
        put(item, list, place);
        if (target.list !== list || target.place !== place) this.drop(item, target.list, target.place);
        else this.say("It stays where it was.");
      } else if (event.key === "Escape" || event.key === "Tab") {
        event.preventDefault();
        put(item, list, place);
        this.letGo();
        item.querySelector(".item-link").focus();
        this.say("Taken back.");
      }
    },

    letGo() {
      held.item.classList.remove("is-lifted");
      held = null;
    },

    /** Shows the move at once, sends it, and takes it back when it is refused. */
    async drop(item, list, place, revision = item.dataset.revision) {
      const from = { list: listOf(item), place: placeOf(item) };
      put(item, list, place);
      item.querySelector(".item-link").focus({ preventScroll: true });
      const wanted = { date: list.dataset.date, day: list.dataset.text, position: placeOf(item) };
      item.classList.add("is-moving");
      isSending = true;
      try {
        const answer = await this.send(item, wanted, revision);
        const told = await answer.json();
        if (answer.ok) return await this.moved(item, wanted);
        put(item, from.list, from.place);
        if (answer.status === 409) this.conflict(item, wanted, told);
        else this.say(told.detail ?? "It could not be moved. Reload the page and try again.");
      } catch {
        put(item, from.list, from.place);
        this.trouble();
      } finally {
        isSending = false;
        item.classList.remove("is-moving");
      }
      return undefined;
    },

    send(item, wanted, revision) {
      const body = new FormData();
      const before = listOf(item);
      body.set("csrf_token", this.$root.dataset.token);
      body.set("revision", revision);
      body.set("date", wanted.date);
      body.set("position", wanted.position);
      body.set("day", before.dataset.date);
      return fetch(item.dataset.moveUrl, { method: "POST", body, headers: { Accept: "application/json" } });
    },

    async moved(item, wanted) {
      const { title } = item.dataset;
      const id = item.dataset.item;
      await this.refresh();
      this.focusItem(id);
      this.say(`${title} moved to ${wanted.day}.`);
    },

    trouble() {
      const text = "The server did not answer, so the item is back where it was. Try again in a moment.";
      this.banner(text, null);
    },

    /** Both ways in words: where it is now, where it was to go. The rider decides. */
    async conflict(item, wanted, told) {
      const id = item.dataset.item;
      await this.refresh();
      const text = `“${told.title}” was changed in the meantime. It is now: ${told.now_text}. You moved it to ${wanted.day}.`;
      this.banner(text, () => {
        const fresh = this.$root.querySelector(`[data-item="${CSS.escape(id)}"]`);
        const list = this.$root.querySelector(`.board-items[data-date="${CSS.escape(wanted.date)}"]`);
        if (fresh && list) this.drop(fresh, list, wanted.position, told.fields.revision);
        else location.reload();
      });
    },

    banner(text, again) {
      const banner = this.$root.querySelector("[data-conflict]");
      banner.querySelector("[data-conflict-text]").textContent = text;
      banner.hidden = false;
      const repeat = banner.querySelector("[data-conflict-again]");
      repeat.hidden = !again;
      repeat.onclick = () => {
        banner.hidden = true;
        again();
      };
      banner.querySelector("[data-conflict-keep]").onclick = () => {
        banner.hidden = true;
      };
      banner.scrollIntoView({ block: "nearest" });
    },
  };
}
