// Pages fetched behind the page. XMLHttpRequest parses them itself, so no text ever reaches a sink that Trusted Types guard.

/** Loads an address as a document; a form's data makes it a POST. Rejects when there is no answer or no HTML in it. */
export function loadDocument(url, { body = null, signal = null } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(body ? "POST" : "GET", url);
    request.responseType = "document";
    request.setRequestHeader("Accept", "text/html");
    request.onload = () => {
      if (request.response) resolve({ document: request.response, status: request.status, url: request.responseURL });
      else reject(new Error("The answer is not a page."));
    };
    request.onerror = () => reject(new Error("No answer."));
    signal?.addEventListener("abort", () => {
      request.abort();
      reject(new DOMException("A newer request took over.", "AbortError"));
    });
    request.send(body);
  });
}

/** What stands in a renewed part of the page for an element that was there before: the same item, or the same link. */
export function standIn(region, before) {
  const item = before?.closest("[data-item]")?.dataset.item;
  const href = before?.getAttribute("href");
  const link = item ? region.querySelector(`[data-item="${CSS.escape(item)}"] a`) : null;
  return link ?? (href ? region.querySelector(`a[href="${CSS.escape(href)}"]`) : null);
}

/** Puts the children of an element of another document in place of those of ours. */
export function adoptChildren(target, source) {
  target.replaceChildren(...Array.from(source.childNodes, (node) => document.importNode(node, true)));
}
