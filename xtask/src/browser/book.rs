//! The built book, as a reader opens it: from the file system, with no server.

use super::page::Page;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The narrowest screen, in CSS pixels.
pub(super) const NARROW: u32 = 320;
pub(super) const WIDE: u32 = 1100;

/// What WCAG 2 asks of text of ordinary size (level AA).
const CONTRAST: f64 = 4.5;

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

    /// The pages whose text contains `mark`.
    pub(super) fn pages_with(&self, mark: &str) -> Vec<&str> {
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
            let wide = page.text(include_str!("scripts/wide.js"))?;
            ensure!(wide.is_empty(), "{name} is wider than {NARROW} pixels: {wide}");
            ensure!(page.errors().is_empty(), "{name}: errors in the console: {:?}", page.errors());
            known.extend(page.requests().iter().cloned());
        }
        let own = self.url("");
        let elsewhere =
            known.iter().find(|request| !request.starts_with(&own) && !request.starts_with("data:"));
        ensure!(elsewhere.is_none(), "a page asks for {elsewhere:?}");
        Ok(format!("{} pages at {NARROW} pixels, {} files", self.pages.len(), known.len()))
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

    /// In each of mdBook's themes the words of figures, quiz and exercises can be read.
    pub(super) fn themes(&self, page: &mut Page<'_>) -> Result<String> {
        let mut least = f64::INFINITY;
        for theme in ["light", "rust", "coal", "navy", "ayu"] {
            for name in self.pages_with("<figure class=\"steps\"") {
                page.go(&self.url(name))?;
                page.evaluate(&format!("localStorage.setItem('mdbook-theme', '{theme}')"))?;
                page.go(&self.url(name))?;
                let found = page.evaluate(include_str!("scripts/contrast.js"))?;
                let ratio = found["ratio"].as_f64().unwrap_or(0.0);
                ensure!(ratio >= CONTRAST, "{theme}, {name}: {ratio:.2} at {}", found["what"]);
                least = least.min(ratio);
            }
        }
        Ok(format!("five themes, contrast {least:.1} at least"))
    }
}
