// Sheets: pages of one thing that open in a dialog over the page, and forms whose answer is put in place.
// The server's pages are the only source; whatever does not arrive is followed as a link or sent as a form.
// A form that leads to another page says so (data-leaves) and is left to the browser.
import { adoptChildren, loadDocument, standIn } from "./documents.js";

const LATER = 6000;

/** Takes away what was told of an earlier act: it would lie over what is told now. */
function clearToasts() {
  for (const older of document.querySelectorAll("body > .toasts")) older.remove();
}

/** Shows a message in place of the one before, for a while. */
function showToasts(region, milliseconds) {
  clearToasts();
  document.body.append(region);
  setTimeout(() => region.remove(), milliseconds);
}

/** Shows the messages that a page of the server carries. */
function adoptToasts(page) {
  const toasts = page.querySelector("body > .toasts");
  if (toasts) showToasts(document.importNode(toasts, true), LATER);
}

/** Says what an error page says, without leaving. */
function sayTrouble(page) {
  const region = document.createElement("div");
  region.className = "toasts";
  region.setAttribute("role", "alert");
  const toast = document.createElement("div");
  toast.className = "toast";
  const words = Array.from(page.querySelectorAll("main h1, main .lead"), (element) => element.textContent.trim());
  toast.textContent = words.filter(Boolean).join(". ").replace("..", ".") || "That did not work. Try again in a moment.";
  region.append(toast);
  showToasts(region, LATER * 2);
}

/** What was typed in a part of the page and not sent yet, so that it can stand there again after a renewal that knows nothing of it. */
function typedKeeper(region) {
  const fields = Array.from(region.querySelectorAll("input[type=text][id], textarea[id]"));
  const typed = fields.filter((field) => field.value !== field.defaultValue);
  return () => {
    for (const { id, value, defaultValue } of typed) {
      const fresh = document.getElementById(id);
      if (fresh?.defaultValue === defaultValue) fresh.value = value;
    }
  };
}

/** Puts the live part of a page of the server in place of ours; false when it has none of this kind. */
export function adoptLive(page, url = "") {
  const fresh = page.getElementById("live");
  const live = document.getElementById("live");
  if (!fresh || !live || fresh.dataset.live !== live.dataset.live) return false;
  if (url) window.history.replaceState(null, "", url);
  for (const { name, value } of fresh.attributes) if (name.startsWith("data-")) live.setAttribute(name, value);
  const giveBack = typedKeeper(live);
  adoptChildren(live, fresh);
  giveBack();
  adoptToasts(page);
  document.title = page.title;
  document.dispatchEvent(new CustomEvent("live-renewed"));
  return true;
}

/** Gives the focus to what opened a sheet or was pressed, or to what stands for it now; a page that was put in place leaves it with nobody. */
function giveFocus(held) {
  const live = document.getElementById("live");
  const keep = held?.dataset.keep;
  const same = keep ? live.querySelector(`[data-keep="${CSS.escape(keep)}"]`) : standIn(live, held);
  const target = held?.isConnected ? held : same ?? live.querySelector("[data-undo] button");
  if (target) target.focus();
  else document.getElementById("main").focus({ preventScroll: true });
}

const isLeftToBrowser = (event) => event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey;

export function sheets() {
  let opener = null;
  return {
    dialog() {
      return this.$root.querySelector("[data-sheet-dialog]");
    },

    body() {
      return this.dialog().querySelector("[data-sheet-body]");
    },

    init() {
      const dialog = this.dialog();
      dialog.addEventListener("close", () => {
        this.body().replaceChildren();
        giveFocus(opener);
      });
      dialog.addEventListener("click", (event) => {
        if (event.target === dialog || event.target.closest("[data-sheet-close]")) dialog.close();
      });
    },

    async open(event) {
      const link = event.target.closest("a[href]");
      if (!link || isLeftToBrowser(event)) return;
      const dialog = this.dialog();
      const closes = dialog.contains(link) && !("sheet" in link.dataset) && new URL(link.href).pathname === location.pathname;
      if (closes) {
        event.preventDefault();
        dialog.close();
        return;
      }
      if (!("sheet" in link.dataset)) return;
      event.preventDefault();
      if (!dialog.contains(link)) opener = link;
      try {
        const answer = await loadDocument(link.href);
        if (!this.show(answer.document)) location.assign(link.href);
      } catch {
        location.assign(link.href);
      }
    },

    /** Opens the sheet of a page in the dialog; false when the page has none. */
    show(page) {
      const sheet = page.getElementById("sheet");
      if (!sheet) return false;
      const body = this.body();
      adoptChildren(body, sheet);
      if (!this.dialog().open) this.dialog().showModal();
      const first = body.querySelector('[aria-invalid="true"]') ?? body.querySelector('[aria-current="true"]') ?? body.querySelector("select, input:not([type=hidden]), button, a");
      first?.focus();
      return true;
    },

    async send(event) {
      const form = event.target;
      if (form.method !== "post" || event.defaultPrevented || "leaves" in form.dataset) return;
      event.preventDefault();
      const { submitter } = event;
      submitter?.setAttribute("aria-busy", "true");
      try {
        const answer = await loadDocument(form.getAttribute("action"), { body: new FormData(form, submitter) });
        this.receive(answer, submitter);
      } catch {
        HTMLFormElement.prototype.submit.call(form);
      } finally {
        submitter?.removeAttribute("aria-busy");
      }
    },

    /** A sheet stays in the dialog, a page of this kind is put in place, anything else is gone to. */
    receive(answer, pressed) {
      clearToasts();
      if (this.show(answer.document)) return;
      if (answer.status >= 400) {
        sayTrouble(answer.document);
        return;
      }
      if (!adoptLive(answer.document, answer.url)) location.assign(answer.url);
      else if (this.dialog().open) this.dialog().close();
      else giveFocus(pressed);
    },
  };
}
