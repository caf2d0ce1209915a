//! What is checked of each page, and the count of what passed.

use super::chromium::Browser;
use super::lesson::Lesson;
use super::page::{Page, Response};
use crate::say;
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};

/// How often the home page is loaded again.
const RELOADS: usize = 5;

/// Runs checks, each in a page of its own, and counts.
pub(super) struct Report<'b> {
    browser: &'b mut Browser,
    folder: PathBuf,
    passed: usize,
    failed: usize,
}

impl<'b> Report<'b> {
    /// `folder` is for the screenshots.
    pub(super) fn new(browser: &'b mut Browser, folder: &Path) -> Self {
        Report { browser, folder: folder.to_path_buf(), passed: 0, failed: 0 }
    }

    /// Runs one check in a new page and prints its line. A failed check is
    /// counted, and the next one runs.
    ///
    /// # Errors
    /// Only when the line cannot be printed.
    pub(super) fn check(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Page<'_>, &Path) -> Result<String>,
    ) -> Result<()> {
        let shot = self.folder.join(name).with_extension("png");
        let outcome = self.browser.new_page().and_then(|mut page| {
            let outcome = work(&mut page, &shot);
            page.close();
            outcome
        });
        match outcome {
            Ok(detail) => {
                self.passed += 1;
                say(format!("ok   {name}: {detail}"))?;
            }
            Err(error) => {
                self.failed += 1;
                say(format!("FAIL {name}: {error:#}"))?;
            }
        }
        Ok(())
    }

    /// The last line of the output; programs read it.
    pub(super) fn summary(&self) -> String {
        format!("{} passed, {} failed", self.passed, self.failed)
    }

    /// How many checks failed.
    pub(super) fn failed(&self) -> usize {
        self.failed
    }
}

/// The page at `path` is served as UTF-8 text, shows exactly `text`, has
/// nothing to complain of and asks no other server for anything.
pub(super) fn shows(
    page: &mut Page<'_>,
    server: &Lesson,
    path: &str,
    text: &str,
    shot: &Path,
) -> Result<String> {
    let response = page.go(&server.url(path))?;
    page.screenshot(shot)?;
    let seen = Seen::of(page)?;
    ensure!(response.status == 200, "status {}, not 200", response.status);
    is_utf8_text(&response)?;
    ensure!(seen.charset == "UTF-8", "the browser reads it as {}, not UTF-8", seen.charset);
    ensure!(seen.text == text, "shows {:?}, not {text:?}", seen.text);
    ensure!(page.errors().is_empty(), "errors in the console: {:?}", page.errors());
    let elsewhere = page.requests().iter().find(|request| !request.starts_with(&server.url("/")));
    ensure!(elsewhere.is_none(), "the page asks for {elsewhere:?}");
    Ok(format!("200, {}, shows {text}", response.content_type))
}

/// A page that is not there is a 404 that a reader can read.
pub(super) fn not_found(page: &mut Page<'_>, server: &Lesson, path: &str, shot: &Path) -> Result<String> {
    let response = page.go(&server.url(path))?;
    page.screenshot(shot)?;
    let seen = Seen::of(page)?;
    ensure!(response.status == 404, "status {}, not 404", response.status);
    is_utf8_text(&response)?;
    ensure!(!seen.text.is_empty(), "404, but the page is empty");
    Ok(format!("404, {}, shows {}", response.content_type, seen.text))
}

/// Loading the page again uses the connection that is already open.
pub(super) fn one_connection(page: &mut Page<'_>, server: &Lesson) -> Result<String> {
    let first = page.go(&server.url("/"))?;
    for number in 1..=RELOADS {
        let again = page.reload()?;
        ensure!(again.status == 200, "reload {number}: status {}", again.status);
        ensure!(
            again.connection == first.connection,
            "reload {number} came over connection {}, the page over {}: is the connection closed after a reply?",
            again.connection,
            first.connection
        );
    }
    Ok(format!("{RELOADS} times over connection {}", first.connection))
}

/// Says what the browser makes of text whose charset nobody declared; the
/// document says 乱码. Which charset a browser guesses is its own affair: that
/// the page loads is all that is asserted.
pub(super) fn without_charset(page: &mut Page<'_>, server: &Lesson, shot: &Path) -> Result<String> {
    let response = page.go(&server.url("/"))?;
    page.screenshot(shot)?;
    let seen = Seen::of(page)?;
    let declared = match &*response.content_type {
        "" => "no Content-Type",
        declared => declared,
    };
    Ok(format!(
        "{}, {declared}, taken for {} in {}, shows {}",
        response.status, response.mime, seen.charset, seen.text
    ))
}

/// What a reader sees, and how the browser decoded it.
struct Seen {
    charset: String,
    text: String,
}

impl Seen {
    fn of(page: &mut Page<'_>) -> Result<Seen> {
        Ok(Seen {
            charset: page.text("document.characterSet")?,
            text: page.text("document.body.innerText.trim()")?,
        })
    }
}

/// `text/plain; charset=utf-8`, in any case and spacing.
fn is_utf8_text(response: &Response) -> Result<()> {
    let plain = response.content_type.to_ascii_lowercase().replace(' ', "");
    ensure!(
        plain == "text/plain;charset=utf-8",
        "Content-Type is {:?}, not text/plain; charset=utf-8",
        response.content_type
    );
    Ok(())
}
