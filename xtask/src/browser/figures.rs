//! The book's figures: stepped through, without scripts, with less motion, as pictures.

use super::book::{Book, NARROW, WIDE};
use super::page::Page;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::path::Path;

impl Book {
    /// Every story of every figure shows the same on the way back as on the way there; by keys and by
    /// slider, and the keys do not leave the page.
    pub(super) fn figures(&self, page: &mut Page<'_>) -> Result<String> {
        page.resize(WIDE, 900)?;
        let (mut figures, mut frames) = (0, 0);
        for name in self.pages_with("<figure class=\"steps\"") {
            page.go(&self.url(name))?;
            let walked = page.evaluate(include_str!("scripts/walk.js")).with_context(|| name.to_owned())?;
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

    /// A file with frames, which `cargo xtask figure` made, is opened and walked through like the book's;
    /// another file is refused in words.
    pub(super) fn own_run(&self, page: &mut Page<'_>) -> Result<String> {
        let name = self.pages_with("data-own=\"cargo");
        let name = *name.first().context("no figure opens a file")?;
        page.go(&self.url(name))?;
        let open = include_str!("scripts/open.js");
        let trouble = page.text(&open.replace("TEXT", "'no frames'"))?;
        ensure!(trouble.contains("no frames in it"), "{name}: a file without frames: {trouble}");
        let frames = "document.querySelector('figure.steps[data-own^=cargo] script').textContent";
        let own = page.text(&open.replace("TEXT", &format!("{frames}.replace('Two clients', 'My own')")))?;
        ensure!(own.contains("This is yours"), "{name}: a file of frames: {own}");
        let story =
            page.text("document.querySelector('figure.steps[data-own^=cargo] option').textContent")?;
        ensure!(story == "My own", "{name}: the first story of the file is {story}");
        Ok(format!("{name}: a file of frames, and one without"))
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

    /// The figures as pictures, to be looked at: a light and a dark theme, a wide and a narrow screen.
    pub(super) fn pictures(&self, page: &mut Page<'_>, folder: &Path) -> Result<String> {
        let mut taken = 0;
        for name in self.pages_with("<figure class=\"steps\"") {
            for (theme, width) in [("light", WIDE), ("navy", WIDE), ("light", NARROW)] {
                page.resize(width, 900)?;
                page.go(&self.url(name))?;
                page.evaluate(&format!("localStorage.setItem('mdbook-theme', '{theme}')"))?;
                page.go(&self.url(name))?;
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
