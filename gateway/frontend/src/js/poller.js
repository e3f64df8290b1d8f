// Asking an address again and again while the page is looked at.

const POLL_SECONDS = 4;
const LONGEST_SECONDS = 60;
const FINAL = new Set([401, 403, 404]);

/** `heard` gets each new answer and may say with `false` that it was not taken in; `silent` the status when none comes, 0 when all is well. */
export function poller(heard, silent) {
  let timer = 0;
  let failures = 0;
  let etag = "";
  let url = "";

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, Math.min(POLL_SECONDS * 2 ** failures, LONGEST_SECONDS) * 1000);
  }

  /** Takes an answer in. Returns whether asking goes on. */
  async function take(answer) {
    if (FINAL.has(answer.status)) {
      silent(answer.status);
      return false;
    }
    if (!answer.ok && answer.status !== 304) throw new Error(`status ${answer.status}`);
    failures = 0;
    silent(0);
    const fresh = answer.headers.get("ETag") ?? "";
    if (answer.status === 200 && fresh !== etag && (await heard(await answer.json())) !== false) etag = fresh;
    return true;
  }

  async function ask() {
    const asked = url;
    if (!asked) return;
    try {
      if (!document.hidden) {
        const answer = await fetch(asked, { headers: { Accept: "application/json", "If-None-Match": etag } });
        if (asked !== url || !(await take(answer))) return;
      }
    } catch {
      failures += 1;
      silent(failures > 1 ? 503 : 0);
    }
    if (url) later();
  }

  return {
    watch(address, version) {
      url = address;
      etag = version ? `"${version}"` : "";
      failures = 0;
      later();
    },
    stop() {
      url = "";
      clearTimeout(timer);
    },
  };
}
