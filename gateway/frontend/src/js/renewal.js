// A part of a page that is renewed while something goes on behind it.
import { adoptChildren, loadDocument } from "./documents.js";
import { poller } from "./poller.js";

/** Asks data-url; on each new answer the element with the id data-part is taken from the page itself, until it is done. */
export function renewal() {
  let poll = null;
  return {
    spoken: "",
    init() {
      poll = poller((answer) => this.arrived(answer), () => {});
      poll.watch(this.$root.dataset.url, "");
    },
    destroy() {
      poll.stop();
    },
    async arrived(answer) {
      const { part } = this.$root.dataset;
      const page = await loadDocument(location.href);
      const fresh = page.document.getElementById(part);
      if (!fresh) return false;
      adoptChildren(document.getElementById(part), fresh);
      this.spoken = answer.spoken;
      if (answer.is_done) poll.stop();
      return true;
    },
  };
}
