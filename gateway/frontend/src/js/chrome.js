// The frame: account menu, appearance, toasts, copying.

/** A <details> menu that closes on Escape and on a click elsewhere. */
export function menu() {
  return {
    close(event) {
      const { $el } = this;
      if (!$el.open) return;
      $el.open = false;
      if (event.key === "Escape") $el.querySelector("summary").focus();
    },
  };
}

/** Applies the chosen appearance at once and sends the form behind the page; without a script the form is simply posted. */
export function themeSwitch() {
  return {
    async choose(event) {
      event.preventDefault();
      const chosen = event.submitter.value;
      const body = new FormData(event.target);
      body.set("theme", chosen);
      if (chosen === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = chosen;
      for (const button of document.querySelectorAll('button[name="theme"]')) {
        button.setAttribute("aria-pressed", String(button.value === chosen));
      }
      document.dispatchEvent(new CustomEvent("themechange"));
      await fetch(event.target.action, { method: "POST", body });
    },
  };
}

/** Brings the chosen one of each row that scrolls sideways into sight. */
export function showChosen() {
  for (const chosen of document.querySelectorAll(".chips-scroll [aria-current]")) {
    const row = chosen.closest(".chips-scroll");
    row.scrollLeft = chosen.offsetLeft - row.offsetLeft + chosen.offsetWidth / 2 - row.clientWidth / 2;
  }
}

/** A message that can be dismissed. */
export function toast() {
  return {
    shown: true,
    dismiss() {
      this.shown = false;
    },
  };
}

/** Tells the sign-up form the time zone of the browser. */
export function timeZone() {
  return {
    init() {
      this.$el.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
    },
  };
}

/** Copies the text of the element named in data-target and says so. */
export function copyButton() {
  return {
    label: "Copy",
    async copy() {
      const target = document.getElementById(this.$root.dataset.target);
      try {
        await navigator.clipboard.writeText(target.value ?? target.textContent.trim());
        this.label = "Copied";
      } catch {
        getSelection().selectAllChildren(target);
        this.label = "Selected, press Ctrl C";
      }
    },
  };
}
