// The words with the least contrast to what is behind them, as WCAG 2 counts it: { ratio, what }.
(() => {
  const numbers = color => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map(v => v / 255)
    .map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color[3] === undefined || color[3] === 1) { return color; }
    }
    return [255, 255, 255];
  };
  let least = { ratio: 21, what: '' };
  const words = '.steps-live :is(p, button, select, code, dt, span, label, summary), .quiz :is(legend, label, button, code), .exercises p';
  for (const element of document.querySelectorAll(words)) {
    const [a, b] = [light(numbers(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least.ratio) { least = { ratio, what: element.outerHTML.slice(0, 100) }; }
  }
  return least;
})()
