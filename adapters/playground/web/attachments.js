/* The files that wait in a composer to be sent with its text. */

import { el, icon } from "./dom.js";
import { sizeOf, upload, UploadError } from "./files.js";
import { t } from "./texts.js";

/** `limits()` gives `fileBytes` and `filesAtOnce`; `onTrouble` hears a sentence. */
export class Attachments {
  #files = [];
  #round = 0;

  constructor(form, { testid, limits, onTrouble }) {
    Object.assign(this, { testid, limits, onTrouble });
    this.picker = el("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", data: { testid: `${testid}-picker` }, onchange: () => this.#picked() });
    this.button = el("button", { type: "button", class: "plain", "data-label": "attach", "data-hint": "attach", data: { testid: `${testid}-attach` }, onclick: () => this.picker.click() }, icon("clip"));
    this.list = el("ul", { class: "chips attached", hidden: true, "data-label": "files", data: { testid: `${testid}-files` } });
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#add([...event.dataTransfer.files]);
    });
    form.addEventListener("paste", (event) => this.#add([...(event.clipboardData?.files ?? [])]));
  }

  get files() {
    return this.#files;
  }

  /** Forget what waits, also what is still on its way up. */
  clear() {
    this.#round += 1;
    this.#show([]);
  }

  #picked() {
    const files = [...this.picker.files];
    this.picker.value = "";
    this.#add(files);
  }

  async #add(files) {
    if (this.button.disabled) return;
    const round = this.#round;
    for (const file of files) {
      const { filesAtOnce, fileBytes } = this.limits();
      if (this.#files.length >= filesAtOnce) return this.onTrouble(t("too_many_files", { count: filesAtOnce }));
      try {
        const taken = await upload(file, fileBytes);
        if (round !== this.#round) return;
        this.#show([...this.#files, taken]);
      } catch (error) {
        this.onTrouble(t(error instanceof UploadError ? error.message : "file_failed", { name: file.name }));
      }
    }
  }

  #show(files) {
    this.#files = files;
    this.list.hidden = !files.length;
    this.list.replaceChildren(...files.map((file) => this.#chip(file)));
  }

  #chip(file) {
    const label = t("remove_file", { name: file.name });
    const remove = el("button", { type: "button", class: "plain remove", "aria-label": label, title: label, data: { testid: `${this.testid}-remove` }, onclick: () => this.#show(this.#files.filter((one) => one !== file)) }, icon("close"));
    return el("li", { class: "chip" }, icon("clip"), el("span", { dir: "auto" }, file.name), el("span", { class: "score" }, sizeOf(file.size)), remove);
  }
}
