//! One build of one book: check, build beside the old one, check, replace.

use super::directives::Directives;
use super::{includes, links, log};
use anyhow::{Context, Result, bail, ensure};
use mdbook_driver::MDBook;
use mdbook_driver::book::BookItem;
use mdbook_driver::config::{Config, HtmlConfig};
use std::fs;
use std::path::{Path, PathBuf};

/// mdBook writes this file into each book that it builds.
const MARK: &str = ".nojekyll";

/// One page of the book.
#[derive(Clone, Debug)]
pub(super) struct Chapter {
    /// The Markdown file, relative to the book's `src`.
    pub(super) source: PathBuf,
    /// The page built from it, relative to the built book.
    pub(super) page: PathBuf,
}

/// Builds the book in `root` (where `book.toml` is) into the folder `dest`.
///
/// - A book with a broken place leaves `dest` as it was.
/// - `dest` is replaced as a whole, so it must be new, empty or a built book.
///
/// # Errors
/// Names every broken place, as `chapter.md:line`; or says what cannot be
/// read or written.
pub(super) fn book(root: &Path, dest: &Path) -> Result<()> {
    let config = config(root)?;
    let src = root.join(&config.book.src);
    may_replace(dest, &src)?;

    let parent = dest.parent().context("the book cannot be built into /")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    // In the same folder as `dest`, because a rename cannot change disks.
    let staging = tempfile::Builder::new()
        .prefix(".book-")
        .tempdir_in(parent)
        .with_context(|| format!("cannot write into {}", parent.display()))?;
    let fresh = staging.path().join("html");

    let mut warnings = Vec::new();
    let chapters = log::collect(&mut warnings, || run_mdbook(root, config, &fresh))?;
    refuse(warnings)?;
    refuse(links::check(&src, &fresh, &chapters)?)?;

    if dest.exists() {
        fs::remove_dir_all(dest).with_context(|| format!("cannot remove {}", dest.display()))?;
    }
    fs::rename(&fresh, dest).with_context(|| format!("cannot write {}", dest.display()))
}

/// Reads `book.toml`. Environment variables do not change it: the same
/// sources give the same book everywhere.
fn config(root: &Path) -> Result<Config> {
    let file = root.join("book.toml");
    let mut config = Config::from_disk(&file).with_context(|| format!("cannot use {}", file.display()))?;
    // mdBook reads this table late and, if it is wrong, goes on without it.
    config.get::<HtmlConfig>("output.html").with_context(|| format!("cannot use {}", file.display()))?;
    // A build never writes into the sources, whatever `book.toml` says.
    config.build.create_missing = false;
    Ok(config)
}

/// Checks the includes, then lets mdBook build into `dest`.
fn run_mdbook(root: &Path, mut config: Config, dest: &Path) -> Result<Vec<Chapter>> {
    let src = root.join(&config.book.src);
    config.build.build_dir = dest.to_path_buf();
    let mut book = MDBook::load_with_config(root, config)
        .context("cannot load the book (does every chapter that src/SUMMARY.md names exist?)")?;
    let chapters = chapters(&book);
    refuse(includes::check(&src, &chapters))?;
    book.with_preprocessor(Directives);
    book.build().context("mdBook cannot build the book")?;
    Ok(chapters)
}

/// The pages of the book in reading order; drafts have none.
fn chapters(book: &MDBook) -> Vec<Chapter> {
    book.iter()
        .filter_map(|item| match item {
            BookItem::Chapter(chapter) => {
                Some(Chapter { source: chapter.source_path.clone()?, page: page_of(chapter.path.as_ref()?) })
            }
            _ => None,
        })
        .collect()
}

/// The page that mdBook builds from a chapter: a README becomes the index.
fn page_of(chapter: &Path) -> PathBuf {
    match chapter.file_stem() {
        Some(stem) if stem.eq_ignore_ascii_case("readme") => chapter.with_file_name("index.html"),
        _ => chapter.with_extension("html"),
    }
}

/// No broken place, or an error that lists them all.
fn refuse(problems: Vec<String>) -> Result<()> {
    ensure!(
        problems.is_empty(),
        "the book has {} broken place(s):\n  {}",
        problems.len(),
        problems.join("\n  ")
    );
    Ok(())
}

/// Guards the user's files: what stands at `dest` will be removed.
fn may_replace(dest: &Path, src: &Path) -> Result<()> {
    ensure!(
        !src.starts_with(dest) && !dest.starts_with(src),
        "the book cannot be built into {}: its sources are in {} (try another --dest)",
        dest.display(),
        src.display()
    );
    if !dest.exists() || dest.join(MARK).is_file() {
        return Ok(());
    }
    let is_empty =
        fs::read_dir(dest).with_context(|| format!("cannot build into {}", dest.display()))?.next().is_none();
    if !is_empty {
        bail!(
            "{} has files in it and is not a built book: they would be removed (try another --dest, or empty it)",
            dest.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests;
