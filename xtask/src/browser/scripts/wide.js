// What makes the page scroll sideways; nothing when it does not. Code and tables scroll in a box of their own.
(() => {
  const edge = document.documentElement.clientWidth;
  const boxed = 'pre, .table-wrapper, .steps-code';
  const over = [...document.querySelectorAll('main, main *')].filter(element =>
    element.getBoundingClientRect().right > edge + 1 && !element.parentElement.closest(boxed));
  const page = document.documentElement.scrollWidth > edge ? ['the page itself'] : [];
  return page.concat(over.map(element => element.outerHTML.slice(0, 100))).slice(0, 4).join(' ; ');
})()
