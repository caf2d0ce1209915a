// Lets the book's search find Chinese (and Japanese, Korean): mdBook splits at spaces, and drops what is not ASCII.
//
// mdBook's index has the text of every section. A query with CJK characters is answered from that text, by pairs:
// 水平触发 is in a section that has 水平, 平触 and 触发. mdBook shows the answer as it shows its own.
"use strict";

(function () {
  const bar = document.getElementById("mdbook-searchbar");
  const list = document.getElementById("mdbook-searchresults");
  if (!bar || !list || !window.elasticlunr) { return; }

  const RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}々ー]+/gu;
  // Characters of a teaser before and after the first term.
  const BEFORE = 60;
  const AFTER = 120;

  const runsOf = function (query) { return query.match(RUN) || []; };

  // 水平触发: 水平, 平触, 触发. One character is a term of its own.
  function pairsOf(run) {
    const signs = [...run];
    return signs.length < 2 ? signs : signs.slice(1).map(function (sign, at) { return signs[at] + sign; });
  }

  const count = function (text, term) { return text.split(term).length - 1; };

  // How good a section is: what is compared first stands first. Nothing, if a pair is missing.
  function rank(doc, runs, pairs, hasWords) {
    const text = doc.title + "\n" + doc.body;
    if (!pairs.every(function (pair) { return text.includes(pair); })) { return null; }
    const sum = function (terms) { return terms.reduce(function (all, term) { return all + count(text, term); }, 0); };
    const inHeading = pairs.every(function (pair) { return doc.title.includes(pair); });
    return [Number(inHeading), Number(hasWords), sum(runs), sum(pairs)];
  }

  function better(one, other) {
    const at = one.rank.findIndex(function (value, place) { return value !== other.rank[place]; });
    return at < 0 ? 0 : other.rank[at] - one.rank[at];
  }

  // The sections that have all pairs; `wordHits` are those that have the query's other words.
  function find(index, runs, wordHits) {
    const pairs = [...new Set(runs.flatMap(pairsOf))];
    const hits = [];
    for (const ref of Object.keys(index.documentStore.docs)) {
      const doc = index.documentStore.getDoc(ref);
      const found = rank(doc, runs, pairs, wordHits.has(ref));
      if (found) { hits.push({ ref: ref, score: 1, doc: doc, rank: found }); }
    }
    return hits.sort(better);
  }

  // The words around the first term, with every term marked.
  function fillTeaser(teaser, body, runs) {
    const whole = runs.filter(function (run) { return body.includes(run); });
    const terms = whole.length > 0 ? whole : runs.flatMap(pairsOf);
    // Han characters mean nothing in a pattern: no escaping. The longest first.
    const pattern = new RegExp("(" + [...terms].sort(function (a, b) { return b.length - a.length; }).join("|") + ")", "u");
    const first = Math.max(body.search(pattern), 0);
    let start = Math.max(first - BEFORE, 0);
    // Not in the middle of a word, if there is a space to begin at.
    if (start > 0) { start = Math.min(body.indexOf(" ", start) + 1 || start, first); }
    let end = Math.min(first + AFTER, body.length);
    if (end < body.length) { end = Math.max(body.lastIndexOf(" ", end), first + AFTER / 2); }
    teaser.replaceChildren();
    body.slice(start, end).split(pattern).forEach(function (piece, at) {
      // Every second piece is what the pattern's brackets hold.
      const place = at % 2 === 1 ? teaser.appendChild(document.createElement("em")) : teaser;
      place.append(piece);
    });
  }

  // mdBook has just listed `hits`: its teasers and links know nothing of terms without spaces between them.
  function finish(hits, runs, words) {
    [...list.children].forEach(function (item, at) {
      if (!hits[at]) { return; }
      fillTeaser(item.querySelector(".teaser"), hits[at].doc.body, runs);
      // The page that opens marks these.
      item.querySelector("a").search = "?highlight=" + encodeURIComponent([...runs, ...words].join(" "));
    });
  }

  const search = window.elasticlunr.Index.prototype.search;
  window.elasticlunr.Index.prototype.search = function (query, options) {
    const runs = runsOf(query);
    if (runs.length === 0) { return search.call(this, query, options); }
    const words = query.replace(RUN, " ").split(/[\s\p{P}]+/u).filter(Boolean);
    const wordHits = words.length > 0 ? search.call(this, words.join(" "), options) : [];
    const hits = find(this, runs, new Set(wordHits.map(function (hit) { return hit.ref; })));
    // After mdBook's own work, before the screen is drawn.
    queueMicrotask(function () { finish(hits, runs, words); });
    return hits;
  };

  // mdBook searches when a key goes up. An input method, or a paste by mouse, moves no key.
  const ask = function () { bar.dispatchEvent(new KeyboardEvent("keyup")); };
  for (const kind of ["input", "compositionend"]) {
    bar.addEventListener(kind, function () { if (runsOf(bar.value).length > 0) { ask(); } });
  }
  // Enter that ends a composition chooses characters: it opens no page.
  bar.addEventListener("keydown", function (event) { if (event.isComposing) { event.stopPropagation(); } });

  // The page was opened as ?search=…, and mdBook has searched before this script ran: it searches no word twice in a row.
  const asked = bar.value;
  if (runsOf(asked).length > 0 && window.search.index) {
    bar.value = "x";
    ask();
    bar.value = asked;
    ask();
  }
})();
