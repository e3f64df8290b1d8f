// The history: older pages arrive by themselves, filters act as one types. The server's own pages are the only source.
import { adoptChildren, loadDocument } from "./documents.js";

/** Adds the weeks of a page to the feed; a week that was cut by the page end goes on under its own head. */
function appendWeeks(feed, weeks) {
  let added = 0;
  for (const week of weeks) {
    const copy = document.importNode(week, true);
    const known = feed.querySelector(`[data-week="${CSS.escape(copy.dataset.week)}"]`);
    const workouts = copy.querySelectorAll("article");
    added += workouts.length;
    if (known) known.append(...workouts);
    else feed.append(copy);
  }
  return added;
}

function address(form) {
  const query = new URLSearchParams(Array.from(new FormData(form)).filter(([, value]) => value !== ""));
  return query.size ? `${form.action}?${query}` : form.action;
}

export function history() {
  let watcher = null;
  let pending = null;
  return {
    spoken: "",

    init() {
      watcher = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.older(), { rootMargin: "600px" });
      this.watch();
    },

    destroy() {
      watcher.disconnect();
      pending?.abort();
    },

    watch() {
      watcher.disconnect();
      const link = this.$refs.results.querySelector("[data-older]");
      if (link) watcher.observe(link);
    },

    /** Fetches the next page into the feed. On failure the link stays and can be followed by hand. */
    async older() {
      const link = this.$refs.results.querySelector("[data-older]");
      if (!link || pending) return;
      watcher.disconnect();
      pending = new AbortController();
      link.setAttribute("aria-busy", "true");
      try {
        const page = await loadDocument(link.href, { signal: pending.signal });
        const added = appendWeeks(this.$refs.results.querySelector("#feed"), page.document.querySelectorAll("#feed > section"));
        adoptChildren(document.getElementById("feed-foot"), page.document.getElementById("feed-foot"));
        this.spoken = `${added} more workouts added.`;
        pending = null;
        this.watch();
      } catch (error) {
        if (error.name === "AbortError") return;
        pending = null;
        link.removeAttribute("aria-busy");
        this.spoken = "More workouts did not arrive. Use the link to try again.";
      }
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
        if (!results) {
          location.assign(url);
          return;
        }
        adoptChildren(this.$refs.results, results);
        adoptChildren(this.$refs.views, page.document.getElementById("views"));
        window.history.replaceState(null, "", url);
        pending = null;
        this.watch();
      } catch (error) {
        if (error.name !== "AbortError") location.assign(url);
      }
    },

    focusSearch(event) {
      if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.$refs.search.select();
    },
  };
}
