// Draws the frames of a figure, one at a time. Each frame is complete, and was computed when the book was built: this script
// only shows it. Without the script a picture and a table of all frames stand in its place.
"use strict";

(function () {
  const PLAY_MS = 1500;

  function make(parent, name, text, className) {
    const made = parent.appendChild(document.createElement(name));
    if (text !== undefined) { made.textContent = text; }
    if (className) { made.className = className; }
    return made;
  }

  function button(parent, text, act) {
    const made = make(parent, "button", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  // Everything that a frame shows, made anew: so the same frame is always the same picture.
  function draw(screen, data, story, frame) {
    screen.replaceChildren();
    if (data.code.length > 0) {
      const code = make(screen, "div", undefined, "steps-code");
      code.tabIndex = 0;
      code.setAttribute("role", "region");
      code.setAttribute("aria-label", "source");
      data.code.forEach(function (text, at) {
        const here = at === frame.line;
        const line = make(code, "code", (here ? "▶ " : "  ") + text, here ? "here" : "");
        if (here) { line.setAttribute("aria-current", "step"); }
      });
    }
    const rows = make(screen, "dl", undefined, "steps-rows");
    story.titles.forEach(function (title, at) {
      const row = make(rows, "div");
      make(row, "dt", title);
      const blocks = make(row, "dd");
      frame.rows[at].forEach(function (block) { make(blocks, "span", block[0], block[1] ? "block new" : "block"); });
      if (frame.rows[at].length === 0) { make(blocks, "span", "–", "nothing"); }
    });
  }

  // Only the source scrolls: `scrollIntoView` would move the page as well.
  function showLine(screen) {
    const code = screen.querySelector(".steps-code");
    const here = code && code.querySelector(".here");
    if (here) { code.scrollTop = here.offsetTop - code.clientHeight / 2; }
  }

  function figure(box) {
    let data = JSON.parse(box.querySelector("script[type='application/json']").textContent);
    let story = data.stories[0];
    let at = 0;
    let playing = 0;
    const live = document.createElement("div");
    live.className = "steps-live";
    live.setAttribute("role", "group");
    live.setAttribute("aria-label", data.title);

    const choice = make(live, "label", "Story: ", "steps-story");
    const select = make(choice, "select");
    const about = make(live, "p");
    // Above all that changes its height: so the buttons stay where they are.
    const bar = make(live, "div", undefined, "steps-bar");
    const back = button(bar, "Back", function () { pause(); go(at - 1); });
    const step = button(bar, "Step", function () { pause(); go(at + 1); });
    const play = button(bar, "Play", function () { if (playing) { pause(); } else { start(); } });
    const slider = make(bar, "input");
    slider.type = "range";
    slider.min = "1";
    slider.setAttribute("aria-label", "Step");
    slider.addEventListener("input", function () { pause(); go(Number(slider.value) - 1); });
    const said = make(live, "p", undefined, "steps-said");
    said.setAttribute("role", "status");
    const screen = make(live, "div", undefined, "steps-screen");

    function go(wanted) {
      at = Math.max(0, Math.min(wanted, story.frames.length - 1));
      const frame = story.frames[at];
      const place = "Step " + (at + 1) + " of " + story.frames.length;
      said.textContent = place + ". " + frame.said;
      draw(screen, data, story, frame);
      showLine(screen);
      slider.value = String(at + 1);
      slider.setAttribute("aria-valuetext", place + ": " + frame.said);
      // Not `disabled`: that would take the focus away from who steps with the keyboard.
      back.setAttribute("aria-disabled", String(at === 0));
      step.setAttribute("aria-disabled", String(at === story.frames.length - 1));
    }

    function choose(wanted) {
      pause();
      story = data.stories[wanted];
      about.textContent = story.about;
      slider.max = String(story.frames.length);
      go(0);
    }

    function start() {
      if (at === story.frames.length - 1) { go(0); }
      play.textContent = "Pause";
      playing = window.setInterval(function () {
        go(at + 1);
        if (at === story.frames.length - 1) { pause(); }
      }, PLAY_MS);
    }

    function pause() {
      window.clearInterval(playing);
      playing = 0;
      play.textContent = "Play";
    }

    function load(fresh) {
      data = fresh;
      select.replaceChildren();
      data.stories.forEach(function (each, place) { make(select, "option", each.title).value = String(place); });
      choice.hidden = data.stories.length < 2;
      choose(0);
    }

    select.addEventListener("change", function () { choose(Number(select.value)); });

    // The arrow keys work only in here; and in here they do not turn the book's pages.
    live.addEventListener("keydown", function (event) {
      if (!event.key.startsWith("Arrow") && event.key !== "Home" && event.key !== "End") { return; }
      event.stopPropagation();
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest("button")) { return; }
      const places = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: story.frames.length - 1 };
      if (event.key in places) {
        event.preventDefault();
        pause();
        go(places[event.key]);
      }
    });

    // Who asked for less motion is not shown any: the steps are taken by hand.
    const less = window.matchMedia("(prefers-reduced-motion: reduce)");
    function settle() {
      pause();
      play.hidden = less.matches;
    }
    less.addEventListener("change", settle);

    // Frames of a reader's own, as `cargo xtask figure` makes them.
    if (box.dataset.own) {
      const own = make(live, "details", undefined, "steps-own");
      make(own, "summary", "A run of your own");
      make(own, "p", "Record one, make frames of it, and open them here:");
      make(make(own, "pre"), "code", box.dataset.own);
      const label = make(own, "label", "Frames: ");
      const file = make(label, "input");
      file.type = "file";
      file.accept = ".json,application/json";
      const trouble = make(own, "p");
      trouble.setAttribute("role", "status");
      file.addEventListener("change", function () {
        if (file.files.length === 0) { return; }
        file.files[0].text().then(function (text) {
          load(JSON.parse(text));
          trouble.textContent = "This is yours. Load the page again to have the book's.";
        }).catch(function () {
          trouble.textContent = "This file has no frames in it. The command above writes them.";
        });
      });
    }

    box.classList.add("steps-drawn");
    box.appendChild(live);
    load(data);
    settle();
  }

  document.querySelectorAll("figure.steps").forEach(function (box) { figure(box); });
})();
