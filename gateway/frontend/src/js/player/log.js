// Logging the session: sent once however often it is tried; what was told stays when the server does not answer.

const AWAY = "The server did not answer. Nothing is lost: try again in a moment, also after a reload of this page.";
const SIGNED_OUT = "You are signed out. Sign in in another window, come back to this page and try again.";

export class Kept {
  constructor(name) {
    this.key = `ctz.player.kept.${name}`;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? null;
    } catch {
      return null;
    }
  }

  write(value) {
    try {
      localStorage.setItem(this.key, JSON.stringify(value));
    } catch {
      // Without a store the session is only as long as the page.
    }
  }

  clear() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept.
    }
  }
}

/** Sends the form; resolves with an empty text when it is logged, else with what is wrong. */
export async function sendLog(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 403) return { problem: SIGNED_OUT };
    const told = await answer.json();
    if (answer.ok) return { problem: "", next: told.next };
    return { problem: answer.status < 500 ? told.detail : AWAY };
  } catch {
    return { problem: AWAY };
  }
}
