//! The built book, as a reader opens it: from the file system, with no server.

use super::page::Page;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The narrowest screen, in CSS pixels.
const NARROW: u32 = 320;
const WIDE: u32 = 1100;

/// A built book.
pub(super) struct Book {
    folder: PathBuf,
    pages: Vec<String>,
}

impl Book {
    /// The pages in `folder`, which `cargo xtask book` wrote.
    pub(super) fn open(folder: &Path) -> Result<Book> {
        let mut pages = Vec::new();
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            // The print page is all chapters once more, and opens the printer's window; 404 is for servers.
            if name.ends_with(".html") && !["print.html", "toc.html", "404.html"].contains(&&*name) {
                pages.push(name);
            }
        }
        pages.sort();
        ensure!(!pages.is_empty(), "there is no page in {}", folder.display());
        Ok(Book { folder: folder.to_path_buf(), pages })
    }

    /// The address of a page; of the folder, if `page` is empty.
    pub(super) fn url(&self, page: &str) -> String {
        format!("file://{}", self.folder.join(page).display())
    }

    /// The pages that hold what `marks` is a piece of.
    fn pages_with(&self, mark: &str) -> Vec<&str> {
        let holds =
            |page: &&String| fs::read_to_string(self.folder.join(page)).is_ok_and(|text| text.contains(mark));
        self.pages.iter().filter(holds).map(String::as_str).collect()
    }

    /// No page complains, asks for anything outside of the book, or scrolls sideways on a narrow screen.
    pub(super) fn every_page(&self, page: &mut Page<'_>) -> Result<String> {
        page.resize(NARROW, 640)?;
        let mut known = BTreeSet::new();
        for name in &self.pages {
            page.go(&self.url(name)).with_context(|| name.clone())?;
            let width = page.evaluate("document.documentElement.scrollWidth")?;
            let wide = "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth \
                        && !e.closest('pre, .table-wrapper, .steps-code')).slice(0, 3).map(e => e.outerHTML.slice(0, 90)).join(' ; ')";
            ensure!(
                width.as_u64() <= Some(u64::from(NARROW)),
                "{name} is {width} pixels wide on a screen of {NARROW}: {}",
                page.text(wide)?
            );
            ensure!(page.errors().is_empty(), "{name}: errors in the console: {:?}", page.errors());
            known.extend(page.requests().iter().cloned());
        }
        let own = self.url("");
        let elsewhere =
            known.iter().find(|request| !request.starts_with(&own) && !request.starts_with("data:"));
        ensure!(elsewhere.is_none(), "a page asks for {elsewhere:?}");
        Ok(format!("{} pages at {NARROW} pixels, {} files", self.pages.len(), known.len()))
    }

    /// Every story of every figure shows the same on the way back as on the way there; by keys and by
    /// slider, and the keys do not leave the page.
    pub(super) fn figures(&self, page: &mut Page<'_>) -> Result<String> {
        page.resize(WIDE, 900)?;
        let (mut figures, mut frames) = (0, 0);
        for name in self.pages_with("<figure class=\"steps\"") {
            page.go(&self.url(name))?;
            let walked = page.evaluate(WALK).with_context(|| name.to_owned())?;
            let problem = walked["problem"].as_str().unwrap_or("");
            ensure!(problem.is_empty(), "{name}: {problem}");
            ensure!(page.errors().is_empty(), "{name}: errors in the console: {:?}", page.errors());
            figures += walked["figures"].as_u64().unwrap_or(0);
            frames += walked["frames"].as_u64().unwrap_or(0);
            // Real keys: focus on Step, right, right, left; then the page is still this one.
            page.evaluate("document.querySelectorAll('figure.steps button')[1].focus()")?;
            for key in ["ArrowRight", "ArrowRight", "ArrowLeft"] {
                page.press(key)?;
            }
            let place = page.text("document.querySelector('figure.steps .steps-said').textContent")?;
            ensure!(place.starts_with("Step 2 of"), "{name}: after right, right, left: {place}");
            page.evaluate("document.querySelector('figure.steps input').focus()")?;
            page.press("ArrowRight")?;
            let place =
                page.text("document.querySelector('figure.steps input').getAttribute('aria-valuetext')")?;
            ensure!(place.starts_with("Step 3 of"), "{name}: after right on the slider: {place}");
            let here = page.text("location.href")?;
            ensure!(here == self.url(name), "{name}: the arrow keys went to {here}");
        }
        ensure!(figures > 0, "there is no figure in the book");
        Ok(format!("{figures} figures, {frames} frames, there and back"))
    }

    /// Who wants less motion gets no Play.
    pub(super) fn less_motion(&self, page: &mut Page<'_>) -> Result<String> {
        let name = self.pages_with("<figure class=\"steps\"");
        let name = *name.first().context("there is no figure in the book")?;
        let shown = "[...document.querySelectorAll('figure.steps button')].filter(b => !b.hidden).map(b => b.textContent).join(' ')";
        page.go(&self.url(name))?;
        let usual = page.text(shown)?;
        page.emulate(&json!([{ "name": "prefers-reduced-motion", "value": "reduce" }]))?;
        page.go(&self.url(name))?;
        let less = page.text(shown)?;
        ensure!(usual.contains("Play") && !less.contains("Play"), "usual: {usual}; less motion: {less}");
        Ok(format!("{usual}; less motion: {less}"))
    }

    /// Without scripts there is a picture and a table, and all answers of a quiz can be opened.
    pub(super) fn without_scripts(&self, page: &mut Page<'_>, shot: &Path) -> Result<String> {
        let name = self.pages_with("<figure class=\"steps\"");
        let name = *name.first().context("there is no figure in the book")?;
        page.without_scripts()?;
        page.go(&self.url(name))?;
        let seen = "(() => { const s = document.querySelector('figure.steps .steps-still'); \
                    return s.querySelector('svg').getBoundingClientRect().height > 50 && s.querySelectorAll('tbody tr').length })()";
        let rows = page.evaluate(seen)?;
        page.evaluate("document.querySelector('figure.steps').scrollIntoView()")?;
        page.screenshot(shot)?;
        ensure!(rows.as_u64() > Some(10), "{name}: without scripts: {rows}");
        Ok(format!("{name}: a picture and {rows} rows"))
    }

    /// A quiz is answered with Tab, arrows, Space and Enter alone.
    pub(super) fn quiz(&self, page: &mut Page<'_>) -> Result<String> {
        let mut questions = 0;
        for name in self.pages_with("<div class=\"quiz\"") {
            page.go(&self.url(name))?;
            let count =
                page.evaluate("document.querySelectorAll('.quiz form').length")?.as_u64().unwrap_or(0);
            for at in 0..count {
                let form = format!("document.querySelectorAll('.quiz form')[{at}]");
                page.evaluate(&format!("{form}.querySelector('input').focus()"))?;
                for key in ["Space", "ArrowDown", "ArrowRight", "Enter"] {
                    page.press(key)?;
                }
                let answer = page.text(&format!("{form}.querySelector('[role=status]').textContent"))?;
                ensure!(
                    answer.len() > 10 && !answer.contains("Choose one"),
                    "{name}, question {}: {answer:?}",
                    at + 1
                );
                let chosen = page
                    .evaluate(&format!("[...{form}.querySelectorAll('input')].findIndex(i => i.checked)"))?;
                ensure!(chosen == 2, "{name}, question {}: after two arrows choice {chosen}", at + 1);
            }
            let here = page.text("location.href")?;
            ensure!(here == self.url(name), "{name}: the arrow keys went to {here}");
            questions += count;
        }
        ensure!(questions > 0, "there is no quiz in the book");
        Ok(format!("{questions} questions answered by keyboard"))
    }

    /// The figures as pictures, to be looked at: a light and a dark theme, a wide and a narrow screen.
    pub(super) fn pictures(&self, page: &mut Page<'_>, folder: &Path) -> Result<String> {
        let mut taken = 0;
        for name in self.pages_with("<figure class=\"steps\"") {
            for (theme, width) in [("light", WIDE), ("navy", WIDE), ("light", NARROW)] {
                page.resize(width, 900)?;
                page.go(&self.url(name))?;
                page.evaluate(&format!("document.documentElement.className = 'js {theme}'"))?;
                let count =
                    page.evaluate("document.querySelectorAll('figure.steps').length")?.as_u64().unwrap_or(0);
                for at in 0..count {
                    page.evaluate(&format!(
                        "(() => {{ const f = document.querySelectorAll('figure.steps')[{at}]; \
                         for (let i = 0; i < 13; i++) f.querySelectorAll('button')[1].click(); f.scrollIntoView(); }})()"
                    ))?;
                    let file = format!("figure-{}-{at}-{theme}-{width}.png", name.trim_end_matches(".html"));
                    page.screenshot(&folder.join(file))?;
                    taken += 1;
                }
            }
        }
        Ok(format!("{taken} screenshots"))
    }
}

/// Walks through every story of every figure of the page: to the end by Step, and back by Back.
const WALK: &str = "(() => {
  const figures = document.querySelectorAll('figure.steps');
  let frames = 0;
  for (const figure of figures) {
    const [back, step] = figure.querySelectorAll('button');
    const seen = () => figure.querySelector('.steps-said').textContent + figure.querySelector('.steps-screen').innerHTML;
    const select = figure.querySelector('select');
    for (let story = 0; story < select.length; story++) {
      select.selectedIndex = story;
      select.dispatchEvent(new Event('change'));
      const there = [seen()];
      while (step.getAttribute('aria-disabled') === 'false') { step.click(); there.push(seen()); }
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
})()";
