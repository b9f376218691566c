/** Builds elements. Text of articles enters the page here and only as text nodes. */

const SVG = "http://www.w3.org/2000/svg";
// Characters that show nothing and can change what is shown: format, control, separators, blank letters.
const INVISIBLE = /[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu;
const SPACES = new Set(["\t", "\n", "\r"]);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.setAttribute("class", value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "checked" || name === "disabled" || name === "value") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An HTML element; attributes that start with `on` are listeners, strings among the children become text. */
export function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element, with attributes and children as for `el`. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** The pieces of a text: strings, and elements in place of characters that would not be seen. */
export function pieces(text) {
  const parts = [];
  let position = 0;
  for (const found of text.matchAll(INVISIBLE)) {
    if (found.index > position) parts.push(text.slice(position, found.index));
    parts.push(SPACES.has(found[0]) ? " " : sign(found[0]));
    position = found.index + found[0].length;
  }
  if (position < text.length) parts.push(text.slice(position));
  return parts;
}

function sign(character) {
  const code = `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return el("span", { class: "invisible", title: `${code}: a character that is not seen` }, code);
}

/** Words of the data as an isolated run, so that its direction does not reach the text around it. */
export function words(text) {
  return el("bdi", null, pieces(String(text)));
}

/** An address of an article as a URL that is safe to follow; null for anything but http and https. */
export function safeUrl(address) {
  if (!address) return null;
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
