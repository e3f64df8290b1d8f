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

/** Puts the children of an element of another document in place of those of ours. */
export function adoptChildren(target, source) {
  target.replaceChildren(...Array.from(source.childNodes, (node) => document.importNode(node, true)));
}
