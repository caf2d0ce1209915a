// Walks through every story of every figure of the page: to the end by Step, and back by Back.
(() => {
  const figures = document.querySelectorAll('figure.steps');
  let frames = 0;
  for (const figure of figures) {
    const [back, step] = figure.querySelectorAll('button');
    const seen = () => figure.querySelector('.steps-said').textContent + figure.querySelector('.steps-screen').innerHTML;
    const select = figure.querySelector('select');
    for (let story = 0; story < select.length; story++) {
      select.selectedIndex = story;
      select.dispatchEvent(new Event('change'));
      const hidden = () => {
        const here = figure.querySelector('.steps-code .here');
        if (!here) { return false; }
        const [line, code] = [here.getBoundingClientRect(), here.parentElement.getBoundingClientRect()];
        return line.top < code.top || line.bottom > code.bottom;
      };
      const there = [seen()];
      while (step.getAttribute('aria-disabled') === 'false') {
        step.click();
        there.push(seen());
        if (hidden()) { return { problem: figure.dataset.name + ': the line of frame ' + there.length + ' is out of sight' }; }
      }
      for (let at = there.length - 1; at >= 0; at--) {
        if (seen() !== there[at]) { return { problem: figure.dataset.name + ', story ' + story + ', frame ' + (at + 1) + ' is another on the way back' }; }
        back.click();
      }
      if (new Set(there).size !== there.length) { return { problem: 'two steps show the same' }; }
      const rows = figure.querySelectorAll('.steps-still table')[story].querySelectorAll('tbody tr').length;
      if (rows !== there.length) { return { problem: 'the table has ' + rows + ' rows for ' + there.length + ' frames' }; }
      frames += there.length;
    }
    select.selectedIndex = 0;
    select.dispatchEvent(new Event('change'));
  }
  return { figures: figures.length, frames };
})()
