// The week board: moving items by mouse and by keyboard, and ticks that appear while one looks.
import { loadDocument, standIn } from "../documents.js";
import { poller } from "../poller.js";
import { adoptLive } from "../sheets.js";
import { changesBetween, listOf, named, neighbour, placeOf, put, statesOf } from "./board.js";
import { watchPress } from "./drag.js";

const ARROWS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);

export function planBoard() {
  let poll = null;
  let held = null;
  let isSending = false;
  return {
    init() {
      document.addEventListener("live-renewed", this.renewed = () => this.afterRenewal());
      poll = poller(() => this.changed(), () => {});
      this.afterRenewal();
    },

    destroy() {
      poll.stop();
      document.removeEventListener("live-renewed", this.renewed);
    },

    showScripted() {
      for (const element of this.$root.querySelectorAll("[data-needs-script]")) element.hidden = false;
    },

    afterRenewal() {
      this.showScripted();
      if (new URL(location.href).searchParams.has("undo")) this.forgetUndo();
      poll.watch(this.$root.dataset.stateUrl, this.$root.dataset.version);
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
    /** The weeks are other ones now; told again until nothing that is under way would be lost. */
    async changed() {
      if (!this.isIdle()) return false;
      await this.refresh();
      return true;
    },

    isIdle() {
      return !held && !isSending && !this.$root.querySelector(".is-lifted") && !document.querySelector("#live details[open], dialog[open]");
    },

    async refresh() {
      const before = statesOf(this.$root);
      const focused = this.$root.contains(document.activeElement) ? document.activeElement : null;
      const page = await loadDocument(location.href);
      if (!adoptLive(page.document)) return;
      standIn(this.$root, focused)?.focus({ preventScroll: true });
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
