/* The page's sentences in the chosen language, from the catalogue that the server serves. */

import { keep, recall } from "./storage.js";

let catalogue = { en: {}, es: {} };
let chosen = "en";
const listeners = new Set();

/** Load the catalogue and choose the language: the kept one, else the browser's, else English. */
export async function loadTexts() {
  const response = await fetch("/playground/texts");
  catalogue = await response.json();
  const browser = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in catalogue);
  setLanguage(recall("language") ?? browser ?? "en");
}

/** The language of the page. */
export const language = () => chosen;

/** Be told when the language changes. */
export const onLanguage = (listener) => listeners.add(listener);

/** Change the language of the page. */
export function setLanguage(wanted) {
  chosen = wanted in catalogue ? wanted : "en";
  document.documentElement.lang = chosen;
  translate(document.body);
  for (const listener of listeners) listener(chosen);
}

/** Change it and remember the choice. */
export function chooseLanguage(wanted) {
  keep("language", wanted);
  setLanguage(wanted);
}

/** A sentence with its values; its name when the catalogue has none. */
export function t(name, values = {}) {
  const text = catalogue[chosen]?.[name] ?? catalogue.en?.[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

/** Whether the catalogue knows a sentence. */
export const knows = (name) => name in (catalogue.en ?? {});

/** Fill everything that names a sentence. */
export function translate(root) {
  for (const node of root.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const node of root.querySelectorAll("[data-hint]")) node.setAttribute("title", t(node.dataset.hint));
}

/** A time of day, with the day when it is not today. */
export function when(iso) {
  const at = new Date(iso);
  const today = new Date().toDateString() === at.toDateString();
  const style = today ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" };
  return new Intl.DateTimeFormat(chosen, style).format(at);
}

/** A share of one as a percentage. */
export const percent = (share) => new Intl.NumberFormat(chosen, { style: "percent" }).format(share);

/** A number in the customs of the language. */
export const number = (value, digits = 0) =>
  new Intl.NumberFormat(chosen, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

/** The name of a language in the language of the page. */
export function languageName(code) {
  try {
    return new Intl.DisplayNames([chosen], { type: "language" }).of(code);
  } catch {
    return code;
  }
}
