// The class library: search as one types, more classes by a press, favourites at once. The server's pages are the only source.
import { adoptChildren, loadDocument } from "./documents.js";

function address(form) {
  const query = new URLSearchParams(Array.from(new FormData(form)).filter(([, value]) => value !== ""));
  return query.size ? `${form.action}?${query}` : form.action;
}

/** Choices with their counts depend on the discipline; the one that is being chosen from stays as it is. */
function renewChoices(form, page) {
  for (const select of form.querySelectorAll(".chip select")) {
    const fresh = page.querySelector(`.chip select[name="${select.name}"]`);
    if (fresh && select !== document.activeElement) adoptChildren(select, fresh);
    select.closest(".chip").classList.toggle("is-on", select.value !== "");
  }
}

export function classes() {
  let pending = null;
  return {
    spoken: "",

    init() {
      this.$root.addEventListener("click", (event) => {
        const link = event.target.closest("a[data-more]");
        if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) this.more(event, link);
      });
    },

    destroy() {
      pending?.abort();
    },

    /** Shows what the filters ask for; a newer wish takes over from one that is under way. */
    async refine(event) {
      event.preventDefault();
      const url = address(this.$refs.form);
      pending?.abort();
      const mine = new AbortController();
      pending = mine;
      try {
        const page = await loadDocument(url, { signal: mine.signal });
        const results = page.document.getElementById("results");
        if (!results) throw new Error("another page");
        adoptChildren(this.$refs.results, results);
        renewChoices(this.$refs.form, page.document);
        window.history.replaceState(null, "", url);
        pending = null;
      } catch (error) {
        if (error.name !== "AbortError") location.assign(url);
      }
    },

    /** Adds the next page below. On failure the link is followed. */
    async more(event, link) {
      event.preventDefault();
      if (link.getAttribute("aria-busy") === "true") return;
      link.setAttribute("aria-busy", "true");
      try {
        const page = await loadDocument(link.href, {});
        const rows = Array.from(page.document.querySelectorAll("#feed > article"), (row) => document.importNode(row, true));
        document.getElementById("feed").append(...rows);
        adoptChildren(document.getElementById("feed-foot"), page.document.getElementById("feed-foot"));
        this.spoken = `${rows.length} more classes.`;
        rows[0]?.querySelector("a").focus();
      } catch {
        location.assign(link.href);
      }
    },

    /** Marks a class, or takes the mark away. On failure the form is sent as without a script. */
    async favourite(event) {
      event.preventDefault();
      const form = event.target;
      const button = form.querySelector("button");
      const isWanted = form.elements.on.value === "1";
      try {
        const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        form.elements.on.value = isWanted ? "" : "1";
        button.setAttribute("aria-pressed", String(isWanted));
        this.spoken = isWanted ? "It is one of your favourites." : "It is no favourite any more.";
      } catch {
        form.submit();
      }
    },

    focusSearch(event) {
      if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || !this.$refs.search) return;
      event.preventDefault();
      this.$refs.search.select();
    },
  };
}
