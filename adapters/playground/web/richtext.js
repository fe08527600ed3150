/* The server's tree of harmless nodes as elements; an unknown kind shows only what it holds. */

import { el } from "./dom.js";

const PLAIN = { p: "p", strong: "strong", em: "em", del: "del", item: "li", quote: "blockquote", row: "tr" };

const BUILD = {
  heading: (node) => el("p", { class: `heading level-${node.level}` }, richText(node.of)),
  code: (node) => el("code", {}, node.text),
  block: (node) => el("pre", { tabindex: "0" }, el("code", {}, node.text.replace(/\n$/, ""))),
  list: (node) => el(node.ordered ? "ol" : "ul", { start: node.start > 1 ? node.start : null }, richText(node.of)),
  link: (node) =>
    el("a", { href: node.href, title: node.href, target: "_blank", rel: "noopener noreferrer nofollow" }, richText(node.of)),
  br: () => el("br"),
  rule: () => el("hr"),
  table: (node) => el("div", { class: "table", tabindex: "0" }, el("table", {}, el("tbody", {}, richText(node.of)))),
  cell: (node) => el(node.head ? "th" : "td", {}, richText(node.of)),
};

/** Build the nodes of a message. */
export function richText(nodes) {
  return nodes.flatMap((node) => {
    if (typeof node === "string") return [node];
    if (node.is in PLAIN) return [el(PLAIN[node.is], {}, richText(node.of))];
    return BUILD[node.is] ? [BUILD[node.is](node)] : richText(node.of ?? []);
  });
}
