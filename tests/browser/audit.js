// Measures a page against WCAG 2.2: contrast of every visible text, size of every target. Gives the offenders.
() => {
  const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const parse = (colour) => {
    const found = colour.match(/[\d.]+/g).map(Number);
    return { rgb: found.slice(0, 3), alpha: found[3] ?? 1 };
  };
  const luminance = (rgb) => { const [r, g, b] = rgb.map((part) => channel(part / 255)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ratio = (one, other) => { const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const { rgb, alpha } = parse(getComputedStyle(one).backgroundColor);
      if (alpha === 1) return rgb;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
  };
  const isSeen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && element.checkVisibility({ visibilityProperty: true }) && !element.closest(".hidden");
  };
  const pale = [], small = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !isSeen(element) || element.closest("script, noscript")) continue;
    const found = ratio(parse(getComputedStyle(element).color).rgb, ground(element));
    if (found < 4.5) pale.push(`${found.toFixed(2)} ${node.data.trim().slice(0, 40)}`);
  }
  for (const element of document.querySelectorAll("button, summary, input, textarea, select, .calls a, .visit a, nav a")) {
    if (!isSeen(element)) continue;
    const target = ["checkbox", "radio"].includes(element.type) ? element.closest("label") : element;
    const { width, height } = target.getBoundingClientRect();
    if (width < 44 || height < 44) small.push(`${Math.round(width)}×${Math.round(height)} ${element.textContent || element.name || element.id}`);
  }
  return { pale, small, sideways: document.documentElement.scrollWidth - innerWidth };
}
