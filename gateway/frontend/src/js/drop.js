// Files: dropped on the form, listed, sent with a bar. Without this the form is a plain one.
const MEGABYTE = 1024 * 1024;

function size(bytes) {
  return bytes < MEGABYTE ? `${Math.max(Math.round(bytes / 1024), 1)} kB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

export function fileDrop() {
  return {
    canDrop: true,
    isSending: false,
    trouble: "",

    over() {
      this.$refs.zone.classList.add("is-over");
    },

    out() {
      this.$refs.zone.classList.remove("is-over");
    },

    drop(event) {
      this.out();
      if (this.isSending || !event.dataTransfer.files.length) return;
      this.$refs.input.files = event.dataTransfer.files;
      this.list();
    },

    list() {
      this.trouble = "";
      const rows = Array.from(this.$refs.input.files, (file) => {
        const row = document.createElement("li");
        const name = document.createElement("bdi");
        name.textContent = file.name;
        row.append(name, ` ${size(file.size)}`);
        return row;
      });
      this.$refs.chosen.replaceChildren(...rows);
    },

    send(event) {
      event.preventDefault();
      if (this.isSending) return;
      const chosen = Array.from(this.$refs.input.files);
      const total = chosen.reduce((sum, file) => sum + file.size, 0);
      if (!chosen.length) this.trouble = "Choose a file first.";
      else if (total > Number(this.$root.dataset.largest)) this.trouble = `That is ${size(total)}, more than can be sent at once. Send it in parts.`;
      else this.post(new FormData(this.$root));
    },

    post(body) {
      const request = new XMLHttpRequest();
      request.open("POST", this.$root.action);
      request.responseType = "json";
      request.setRequestHeader("Accept", "application/json");
      request.upload.onprogress = (progress) => {
        this.$refs.sent.value = (100 * progress.loaded) / progress.total;
      };
      request.onload = () => this.answered(request);
      request.onerror = () => this.failed("The files could not be sent. Nothing was kept; try again.");
      this.trouble = "";
      this.isSending = true;
      request.send(body);
    },

    answered(request) {
      const { next, detail } = request.response ?? {};
      if (next) location.assign(next);
      else this.failed(detail ?? "The files were not taken. Reload the page and try again.");
    },

    failed(text) {
      this.isSending = false;
      this.trouble = text;
    },
  };
}
