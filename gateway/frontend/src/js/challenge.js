// A challenge: points that arrive without a reload, tabs and the drawer without leaving the page. The server's pages are the only source.
import { adoptChildren, loadDocument, standIn } from "./documents.js";
import { poller } from "./poller.js";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

const TROUBLE = {
  401: "You are signed out. Sign in again to see new points.",
  403: "You are signed out. Sign in again to see new points.",
  404: "This challenge is no longer here for you. Reload the page.",
  503: "New points do not arrive at the moment. This page keeps trying.",
};

/** What is unfolded and what has the focus, so that both can be so again after their part of the page was renewed. */
function placeKeeper(region) {
  const folds = () => Array.from(region.querySelectorAll("details"));
  const before = folds();
  const held = region.contains(document.activeElement) ? document.activeElement : null;
  const place = before.findIndex((fold) => fold.querySelector("summary") === held);
  return () => {
    const after = folds();
    const isSame = after.length === before.length;
    if (isSame) for (const [number, fold] of after.entries()) fold.open = before[number].open;
    const target = isSame && place >= 0 ? after[place].querySelector("summary") : standIn(region, held);
    target?.focus({ preventScroll: true });
  };
}

function isPlainClick(event) {
  return event.button === 0 && !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

export function challenge() {
  let poll = null;
  let wish = 0;
  return {
    spoken: "",
    trouble: "",

    init() {
      poll = poller((answer) => this.arrived(answer), (status) => {
        this.trouble = TROUBLE[status] ?? "";
      });
      this.watch();
    },

    destroy() {
      poll.stop();
    },

    watch() {
      const { poll: url, version } = document.getElementById("live").dataset;
      if (url) poll.watch(url, version);
      else poll.stop();
    },

    /** New points: the page as it is now takes the place of the figures, the week and the board. */
    async arrived(answer) {
      const isShown = await this.show(location.href);
      if (isShown) this.spoken = answer.spoken;
      return isShown;
    },

    async show(url) {
      const mine = ++wish;
      const page = await loadDocument(url);
      const fresh = page.document.getElementById("live");
      if (mine !== wish) return false;
      if (!fresh) {
        location.reload();
        return false;
      }
      const live = document.getElementById("live");
      const giveBack = placeKeeper(live);
      adoptChildren(live, fresh);
      live.dataset.poll = fresh.dataset.poll;
      live.dataset.version = fresh.dataset.version;
      giveBack();
      return true;
    },

    /** Tabs and pages of the board stay on this page; a rider's points open in the drawer. */
    async follow(event) {
      const link = event.target.closest("a[data-swap], a[data-why]");
      if (!link || !isPlainClick(event)) return;
      event.preventDefault();
      try {
        if ("why" in link.dataset) await this.explain(link.href);
        else await this.swap(link.href);
      } catch {
        location.assign(link.href);
      }
    },

    async swap(url) {
      if (!(await this.show(url))) return;
      window.history.pushState(null, "", url);
      this.watch();
      this.spoken = "The board is shown.";
    },

    async back() {
      if (await this.show(location.href)) this.watch();
    },

    async explain(url) {
      const page = await loadDocument(url);
      const why = page.document.getElementById("why");
      if (!why) throw new Error("Nothing to show.");
      adoptChildren(this.$refs.why, why);
      if (!this.$refs.drawer.open) this.$refs.drawer.showModal();
      this.$refs.drawer.scrollTop = 0;
    },

    close() {
      this.$refs.drawer.close();
    },

    outside(event) {
      if (event.target === this.$refs.drawer) this.$refs.drawer.close();
    },
  };
}

function rest(seconds) {
  const left = Math.max(Math.floor(seconds), MINUTE);
  const days = Math.floor(left / DAY);
  const hours = Math.floor((left % DAY) / HOUR);
  const minutes = Math.floor((left % HOUR) / MINUTE);
  if (days) return `${days} d ${hours} h`;
  return hours ? `${hours} h ${minutes} min` : `${minutes} min`;
}

/** Counts on from the server's text, once every half minute. */
export function countdown() {
  let timer = 0;
  return {
    init() {
      const until = Date.parse(this.$el.dateTime);
      const element = this.$el;
      const write = () => {
        const text = rest((until - Date.now()) / 1000);
        if (element.textContent !== text) element.textContent = text;
      };
      write();
      timer = setInterval(write, 30_000);
    },
    destroy() {
      clearInterval(timer);
    },
  };
}
