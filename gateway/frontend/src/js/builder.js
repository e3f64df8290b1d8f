// The administrator's form of a challenge.
import { adoptChildren, loadDocument } from "./documents.js";

/** The administrator's form: rows are added and taken away by the server, without leaving the page. */
export function builder() {
  return {
    /** Buttons that only change the form send it behind the page; saving is left to the browser. */
    async change(event) {
      const submitter = event.submitter;
      if (!submitter || submitter.name !== "act" || submitter.value === "save") return;
      event.preventDefault();
      submitter.setAttribute("aria-busy", "true");
      await this.send(submitter);
    },

    /** Only a class asks for its link. */
    what(event) {
      const field = event.target.closest(".build-item").querySelector(".build-class");
      field.hidden = event.target.value !== "c";
      if (!field.hidden) field.querySelector("input").focus();
    },

    async send(submitter) {
      const form = this.$root.querySelector("form");
      // As a plain form and not in parts: the server bounds how many parts it reads.
      const body = new URLSearchParams(new FormData(form, submitter));
      try {
        const answer = await loadDocument(form.getAttribute("action"), { body });
        const fresh = answer.document.getElementById("builder");
        if (!fresh) throw new Error("No form came back.");
        const builder = document.getElementById("builder");
        adoptChildren(builder, fresh);
        // Who added a row goes on there; who took one away stays near, and never falls out of the form.
        const pressed = builder.querySelector(`button[name="act"][value="${CSS.escape(submitter.value)}"]`);
        (builder.querySelector("[data-focus]") ?? pressed ?? builder).focus();
      } catch {
        // The same answer is a page; the button's name goes along, or the form would be saved.
        const pressed = document.createElement("input");
        pressed.type = "hidden";
        pressed.name = submitter.name;
        pressed.value = submitter.value;
        form.append(pressed);
        HTMLFormElement.prototype.submit.call(form);
      }
    },
  };
}
