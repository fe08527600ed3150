/* The form of an admin's command: a field for each argument, what it means, and values to choose from. */

import { written } from "./commands.js";
import { el } from "./dom.js";
import { newId } from "./storage.js";
import { language, t } from "./texts.js";

const AFTER = 120;

/** Ask for the arguments of a command, beginning with `values`; `onSend` gets its line. `ask(frame, hear)`
    asks the server for values. */
export function commandForm(command, values, { ask, onSend }) {
  const fields = command.arguments.map((argument) => field(command, argument, values[argument.name] ?? "", ask));
  const submit = (event) => {
    event.preventDefault();
    dialog.close();
    onSend(written(command, Object.fromEntries(fields.map(({ name, input }) => [name, input.value]))));
  };
  const send = el("button", { type: "submit", class: "solid", data: { testid: "command-send" } }, t("do_it"));
  const cancel = el("button", { type: "button", class: "outline", data: { testid: "command-cancel" }, onclick: () => dialog.close() }, t("cancel"));
  const form = el("form", { method: "dialog", onsubmit: submit }, fields.map(({ node }) => node), el("div", { class: "sends" }, cancel, send));
  const title = el("h2", { id: "command-title" }, el("code", {}, `/${command.name}`));
  const dialog = el("dialog", { class: "form command-form", "aria-labelledby": "command-title", data: { testid: "command-form" }, onclose: () => dialog.remove() }, title, el("p", { class: "muted" }, command.does[language()]), form);
  document.body.append(dialog);
  dialog.showModal();
  (fields.find(({ input }) => !input.value) ?? fields[0])?.input.focus();
}

function field(command, argument, value, ask) {
  const id = newId("field");
  const input = control(argument, id);
  input.value = value;
  const known = argument.completed ? [completing(command, argument, input, id, ask)] : [];
  const name = el("span", { class: "field-name" }, argument.name, argument.required ? null : el("span", { class: "muted" }, ` (${t("optional")})`));
  const node = el("label", { class: "asked" }, name, input, el("span", { class: "field-hint" }, argument.means[language()]), known);
  return { name: argument.name, input, node };
}

function control(argument, id) {
  const common = { required: argument.required, data: { testid: "field", name: argument.name } };
  if (argument.kind === "choice") {
    const options = ["", ...argument.choices].map((choice) => el("option", { value: choice }, choice || "–"));
    return el("select", common, options);
  }
  if (argument.kind === "long_text") return el("textarea", { ...common, rows: 3, dir: "auto" });
  return el("input", { ...common, type: "text", autocomplete: "off", dir: "auto", inputmode: argument.kind === "number" ? "decimal" : null, list: argument.completed ? id : null });
}

/** Values that the server knows, which the browser offers below the field. */
function completing(command, argument, input, id, ask) {
  const list = el("datalist", { id });
  let timer = null;
  const look = () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask({ type: "complete", id: newId("values"), command: command.id, argument: argument.name, typed: input.value.slice(0, 500) }, ({ values }) => list.replaceChildren(...values.map((one) => el("option", { value: one })))), AFTER);
  };
  input.addEventListener("input", look);
  input.addEventListener("focus", look);
  return list;
}
