// A change of FTP, weight or the like: what it would do is shown in a dialog; the same answer is a page without a script.
import { adoptChildren, loadDocument } from "./documents.js";

export function metricForm() {
  return {
    async preview(event) {
      event.preventDefault();
      const form = event.target;
      const submitter = event.submitter;
      submitter?.setAttribute("aria-busy", "true");
      try {
        // The buttons are named "action", which hides the form's property of that name.
        const answer = await loadDocument(form.getAttribute("action"), { body: new FormData(form, submitter) });
        this.receive(form, answer);
      } catch {
        // Without the dialog the same answer is a page; a preview may be asked for twice.
        const chosen = document.createElement("input");
        chosen.type = "hidden";
        chosen.name = submitter.name;
        chosen.value = submitter.value;
        form.append(chosen);
        HTMLFormElement.prototype.submit.call(form);
      } finally {
        submitter?.removeAttribute("aria-busy");
      }
    },

    /** A preview opens the dialog, wrong input comes back as the metric with its errors, anything else was carried out. */
    receive(form, answer) {
      const preview = answer.document.getElementById("preview");
      if (preview) {
        const dialog = document.getElementById("metric-dialog");
        adoptChildren(dialog, preview);
        dialog.showModal();
        return;
      }
      const section = form.closest("[data-metric]");
      const fresh = answer.status === 422 && answer.document.querySelector(`[data-metric="${CSS.escape(section.dataset.metric)}"]`);
      if (fresh) {
        adoptChildren(section, fresh);
        section.querySelector('[aria-invalid="true"]')?.focus();
        return;
      }
      location.assign(answer.url);
    },

    cancel(event) {
      const dialog = document.getElementById("metric-dialog");
      if (!event.target.closest("[data-cancel]")) return;
      event.preventDefault();
      dialog.close();
    },
  };
}
