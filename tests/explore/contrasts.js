() => {
  // Every text of the page: its contrast with its ground, the least that WCAG 2.2 (1.4.3) asks for, and its words.
  const luminance = (colour) => {
    const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = colour.slice(0, 3).map(linear);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parse = (text) => text.match(/[\d.]+/g).map(Number);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return parse(getComputedStyle(document.documentElement).backgroundColor);
  };
  const isLeftOut = (element) => !element.checkVisibility() || element.closest(".unseen, .skip, title, script, select, :disabled");
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.data.trim();
    const element = walker.currentNode.parentElement;
    if (!words || isLeftOut(element)) continue;
    const style = getComputedStyle(element);
    const text = parse(element.namespaceURI.endsWith("svg") ? style.fill : style.color);
    const [light, dark] = [luminance(text), luminance(ground(element))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    found.push([(light + 0.05) / (dark + 0.05), isLarge ? 3 : 4.5, words.slice(0, 40), element.className]);
  }
  return found;
}
