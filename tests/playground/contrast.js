/* Lists what can be seen and is hard to read: text whose contrast is below 4.5 (WCAG 2.2, 1.4.3). */
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

const pixel = (...colours) => {
  canvas.clearRect(0, 0, 1, 1);
  for (const colour of colours) {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
  }
  return [...canvas.getImageData(0, 0, 1, 1).data];
};

const backgrounds = (node) => {
  const found = [];
  for (let at = node; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    found.unshift(colour);
    if (pixel(colour)[3] === 255) break;
  }
  return found;
};

const luminance = ([red, green, blue]) => {
  const linear = [red, green, blue].map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};

for (const change of document.getAnimations()) if (change instanceof CSSTransition) change.finish();

const hard = [];
for (const node of document.querySelectorAll("body *")) {
  const words = [...node.childNodes].filter((child) => child.nodeType === 3 && child.data.trim());
  const style = getComputedStyle(node);
  const unseen = !node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  if (!words.length || unseen || node.closest(":disabled, [aria-hidden=true]") || node.tagName === "STYLE") continue;
  const behind = backgrounds(node);
  const light = luminance(pixel(...behind, style.color));
  const dark = luminance(pixel(...behind));
  const ratio = (Math.max(light, dark) + 0.05) / (Math.min(light, dark) + 0.05);
  if (ratio < 4.5) hard.push(`${ratio.toFixed(2)} ${node.className || node.tagName}: ${words[0].data.trim()}`);
}
return hard;
