/* How the customer's mood went: a small curve, and the same in words. Up is content, down is upset. */

import { el, svg } from "./dom.js";
import { t } from "./texts.js";

const WIDTH = 112;
const HEIGHT = 30;
const EDGE = 4;
const CHANGES = 3;

/** The curve with its words, or null when nothing is known of the mood. */
export function moodCurve(mood) {
  const points = mood?.points ?? [];
  if (!points.length) return null;
  const words = moodWords(points);
  const label = t("mood_curve", { words, count: points.length });
  return el("p", { class: "mood", title: label, data: { testid: "mood", feeling: points.at(-1).feeling } }, drawing(points, label), el("span", { class: "mood-words" }, words));
}

/** The last feelings that followed each other: `neutral → angry`; one word when nothing changed. */
export function moodWords(points) {
  const changes = points.map(({ feeling }) => feeling).filter((name, place, all) => name !== all[place - 1]);
  return changes.slice(-CHANGES).map((name) => t(`feeling_${name}`)).join(" → ");
}

function drawing(points, label) {
  const places = points.map((point, place) => [across(place, points.length), down(point)]);
  const picture = svg("svg", { class: "mood-curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
  picture.append(svg("line", { class: "mood-middle", x1: 0, x2: WIDTH, y1: HEIGHT / 2, y2: HEIGHT / 2 }));
  picture.append(svg("polyline", { points: places.map((place) => place.join(",")).join(" ") }));
  places.forEach(([cx, cy], place) => picture.append(svg("circle", { class: points[place].feeling, cx, cy, r: place === places.length - 1 ? 3.5 : 2 })));
  return picture;
}

const round = (value) => Math.round(value * 10) / 10;

const across = (place, count) => (count === 1 ? WIDTH / 2 : round(EDGE + (place * (WIDTH - 2 * EDGE)) / (count - 1)));

/** Dissatisfaction lets the curve sink, satisfaction lifts it. */
function down({ negative, satisfaction }) {
  const share = Math.min(1, Math.max(0, 0.25 + 0.75 * negative - 0.25 * satisfaction));
  return round(EDGE + share * (HEIGHT - 2 * EDGE));
}
