//! `cargo xtask browser`: what a real browser makes of lesson 2's pages, and of the book.
//!
//! 1. builds `lesson2` and starts its server on a free port ([`lesson`]);
//! 2. starts headless Chromium and talks to it through two pipes ([`chromium`]);
//! 3. opens pages ([`page`]) and compares what they show ([`checks`]).
//!
//! Nothing leaves the machine. Screenshots and Chromium's own messages go to
//! `target/browser`.

mod book;
mod checks;
mod chromium;
mod figures;
mod keys;
mod lesson;
mod page;
mod search;

use crate::book as builder;
use crate::{say, workspace};
use anyhow::{Context, Result};
use checks::Report;
use chromium::Browser;
use lesson::Lesson;
use std::fs;
use std::process::ExitCode;

/// Runs every check; fails when one of them does.
///
/// # Errors
/// When there is no Chromium, or lesson 2 cannot be built or started.
pub(crate) fn run() -> Result<ExitCode> {
    // First, because it is the quickest thing to be missing.
    let chromium = chromium::find()?;
    let program = lesson::build()?;

    let folder = workspace::target().join("browser");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;

    let server = Lesson::start(&program, &["server", "--addr", "127.0.0.1:0"])?;
    let mut browser = Browser::start(&chromium, &folder.join("chromium.log"))?;
    let mut report = Report::new(&mut browser, &folder);

    let (hello, nihao) = ("Hello, World", "你好,世界");
    report.check("home", |page, shot| checks::shows(page, &server, "/", hello, shot))?;
    report.check("zh", |page, shot| checks::shows(page, &server, "/zh", nihao, shot))?;
    report.check("nope", |page, shot| checks::not_found(page, &server, "/nope", shot))?;
    report.check("reload", |page, _| checks::one_connection(page, &server))?;
    for (name, text) in [("tutorial", hello), ("tutorial-zh", nihao)] {
        report.check(name, |page, shot| {
            let args = ["tutorial", "--addr", "127.0.0.1:0", "--text", text];
            checks::without_charset(page, &Lesson::start(&program, &args)?, shot)
        })?;
    }
    // After the garbage, in the same browser: the difference is the header.
    report.check("zh-again", |page, shot| checks::shows(page, &server, "/zh", nihao, shot))?;

    let built = folder.join("book");
    builder::build_to(&built)?;
    let book = book::Book::open(&built)?;
    report.check("book", |page, _| book.every_page(page))?;
    report.check("figures", |page, _| book.figures(page))?;
    report.check("own-run", |page, _| book.own_run(page))?;
    report.check("less-motion", |page, _| book.less_motion(page))?;
    report.check("no-scripts", |page, shot| book.without_scripts(page, shot))?;
    report.check("quiz", |page, _| book.quiz(page))?;
    report.check("themes", |page, _| book.themes(page))?;
    report.check("search", |page, shot| search::check(&book, page, shot))?;
    report.check("pictures", |page, _| book.pictures(page, &folder))?;

    say(report.summary())?;
    Ok(match report.failed() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}
