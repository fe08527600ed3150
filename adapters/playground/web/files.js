/* Files: taken up before the message that names them, and shown as what can be downloaded. */

import { el, icon } from "./dom.js";
import { number, t } from "./texts.js";

/** Upload a file; returns `{id, name, size}`. Throws an `UploadError` that says why not. */
export async function upload(file, mostBytes) {
  if (file.size > mostBytes) throw new UploadError("file_too_large");
  if (!file.size) throw new UploadError("file_empty");
  const address = `/playground/files?name=${encodeURIComponent(file.name)}`;
  const headers = { "Content-Type": file.type || "application/octet-stream" };
  const answer = await fetch(address, { method: "POST", body: file, headers }).catch(() => null);
  if (!answer?.ok) throw new UploadError(answer?.status === 413 ? "file_too_large" : "file_failed");
  return answer.json();
}

/** `message` is the name of a sentence. */
export class UploadError extends Error {}

/** The files of a message. */
export function fileList(files) {
  return el(
    "ul",
    { class: "chips", "aria-label": t("files"), data: { testid: "files" } },
    files.map((file) => el("li", {}, fileChip(file))),
  );
}

function fileChip({ id, name, size }) {
  const inside = [icon("clip"), el("span", { dir: "auto" }, name), el("span", { class: "score" }, sizeOf(size))];
  const data = { testid: "file" };
  if (!id) return el("span", { class: "chip", data }, inside);
  return el("a", { class: "chip", href: `/playground/files/${id}`, download: name, data }, inside);
}

/** A size as people say it. */
export function sizeOf(bytes) {
  if (bytes < 1000) return t("size_bytes", { count: bytes });
  if (bytes < 1_000_000) return t("size_kb", { count: number(bytes / 1000) });
  return t("size_mb", { count: number(bytes / 1_000_000, 1) });
}
