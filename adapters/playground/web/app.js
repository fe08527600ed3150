/* The front door of the page: builds the parts and tells each what has changed. */

import { AdminPane } from "./admin.js";
import { CustomerPane } from "./customer.js";
import { DeskPane } from "./desk.js";
import { follow } from "./frames.js";
import { Outbox } from "./outbox.js";
import { ReceiptsPane } from "./receipts.js";
import { shortcuts } from "./shortcuts.js";
import { Connection } from "./socket.js";
import { keep } from "./storage.js";
import { adminConversation, customerConversation, Store, threadConversation } from "./store.js";
import { chooseLanguage, language, loadTexts, onLanguage, setLanguage, t, translate } from "./texts.js";
import { conversationOf } from "./view.js";

await loadTexts();

const store = new Store();
const connection = new Connection();
const outbox = new Outbox(connection);
const customer = new CustomerPane({ store, outbox });
const admin = new AdminPane({ store, outbox, connection });
const desk = new DeskPane({ store, outbox, onSteer: steer });
const receipts = new ReceiptsPane({ store });
const banner = document.querySelector("[data-testid=banner]");
let trouble = false;

const draw = {
  customers() {
    if (store.lacks) connection.greet();
    customer.showTabs();
    customer.show();
    admin.showPlace();
    admin.show();
    receipts.show();
    showCounts();
  },
  desk() {
    if (store.lacks) connection.greet();
    desk.showList();
    desk.show();
    receipts.show();
    showCounts();
  },
  lines() {
    customer.show();
    admin.show();
    desk.show();
  },
  unread() {
    readWhatIsShown();
    customer.showTabs();
    admin.showPlace();
    desk.showList();
    showCounts();
  },
  focus: () => receipts.show(),
  receipts: () => receipts.show(),
};

function drawAll() {
  customer.showTabs();
  admin.showPlace();
  desk.showList();
  draw.lines();
  receipts.show();
  showCounts();
  showConnection();
}

/** A message in the chosen conversation of a pane that can be seen is read. */
function readWhatIsShown() {
  if (isSeen("customer")) store.read(store.isAdmin ? adminConversation : customer.conversation);
  if (isSeen("desk") && store.threadId) store.read(threadConversation(store.threadId));
}

const isSeen = (pane) => !document.hidden && document.querySelector(`#pane-${pane}`).offsetParent !== null;

function showCounts() {
  const sum = (conversations) => conversations.reduce((total, one) => total + store.unread(one), 0);
  const counts = {
    customer: sum([...store.customers.map(({ id }) => customerConversation(id)), adminConversation]),
    desk: sum([...store.threads.keys()].map(threadConversation)),
  };
  for (const [pane, count] of Object.entries(counts)) {
    const badge = document.querySelector(`.switch [data-pane=${pane}] .count`);
    badge.hidden = !count;
    badge.textContent = String(count);
  }
}

function showConnection() {
  const state = document.querySelector("[data-testid=connection]");
  state.dataset.state = connection.state;
  state.querySelector("[data-part=words]").textContent = t(`connection_${connection.state}`);
  const words = connection.state === "offline" ? "banner_offline" : trouble ? "banner_retry" : null;
  banner.hidden = !words;
  if (words && banner.textContent !== t(words)) banner.textContent = t(words);
}

function showPane(pane) {
  document.body.dataset.pane = pane;
  for (const button of document.querySelectorAll(".switch button")) button.setAttribute("aria-pressed", String(button.dataset.pane === pane));
  if (pane === "receipts") receipts.show();
  draw.unread();
  draw.lines();
}

function focusPane(pane, target) {
  showPane(pane);
  (typeof target === "function" ? target() : document.querySelector(target))?.focus();
}

/** Show the admin's place, and write there. */
function openAdmin() {
  store.choosePlace("admin");
  focusPane("customer", "#admin-text");
}

/** An admin's button in the desk is pressed as the admin, whose answer stands in their own place. */
function steer(line, button) {
  store.choosePlace("admin");
  showPane("customer");
  admin.press(line, button, store.threadId);
}

function switchTheme() {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark" || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  const chosen = dark ? "light" : "dark";
  document.documentElement.dataset.theme = chosen;
  try {
    localStorage.setItem("relevo.theme", chosen);
  } catch {
    keep("theme", chosen);
  }
}

store.addEventListener("change", ({ detail }) => draw[detail.what]?.());
outbox.addEventListener("change", () => draw.lines());
outbox.addEventListener("trouble", ({ detail }) => {
  trouble = detail;
  showConnection();
});
outbox.addEventListener("refused", ({ detail: { event, reason } }) => {
  const pane = { customer, admin, agent: desk }[event.who.role];
  pane.composer.giveBack(conversationOf(event), event.text?.replace(/^\/reply\s+/, ""), t(`refused_${reason}`));
});
connection.addEventListener("state", showConnection);
document.addEventListener("visibilitychange", () => draw.unread());
document.querySelector("#theme").addEventListener("click", switchTheme);
for (const button of document.querySelectorAll("[data-testid=language] button")) {
  button.addEventListener("click", () => chooseLanguage(button.dataset.language));
}
for (const button of document.querySelectorAll(".switch button")) {
  button.addEventListener("click", () => showPane(button.dataset.pane));
}
onLanguage(() => {
  for (const button of document.querySelectorAll("[data-testid=language] button")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language()));
  }
  customer.composer.translate();
  admin.translate();
  desk.composer.translate();
  drawAll();
});
shortcuts({
  c: ["key_customer", () => { store.choosePlace("customer"); focusPane("customer", "#customer-text"); }],
  a: ["key_admin", openAdmin],
  d: ["key_desk", () => focusPane("desk", () => document.querySelector(desk.conversation ? "#desk-text" : ".case"))],
  r: ["key_receipts", () => focusPane("receipts", ".decisions button[aria-pressed=true]")],
  n: ["key_new_customer", () => { showPane("customer"); customer.newCustomer(); }],
  t: ["key_theme", switchTheme],
  l: ["key_language", () => chooseLanguage(language() === "en" ? "es" : "en")],
});

translate(document.body);
follow(connection, store);
setLanguage(language());
showPane("customer");
connection.start(() => store.greeting());
document.documentElement.dataset.ready = "true";
