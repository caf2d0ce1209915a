//! `cargo xtask book`: checks the book's sources, builds it, checks the pages.
//!
//! mdBook is used as a library. It is forgiving: a missing file or anchor is
//! a line in its log and a hole in the page. Here each of these is an error.
//!
//! 1. [`includes`]: every `{{#include …}}` finds its file and its anchor;
//! 2. [`directives`]: our own blocks (`quiz`, `exercises`, `bench`, `errata`,
//!    `figure`) become HTML;
//! 3. [`build`]: mdBook builds, and every warning it logs is an error ([`log`]);
//! 4. [`links`]: every link of the built pages leads somewhere;
//! 5. only then does the new book take the place of the old one.

mod bench;
mod build;
mod directives;
mod errata;
mod exercises;
pub(crate) mod figures;
mod html;
mod includes;
mod links;
mod log;
mod paths;
mod quiz;
mod serve;

use crate::{say, workspace};
use anyhow::{Context, Result};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The options of `cargo xtask book`.
#[derive(Args)]
pub(crate) struct Options {
    /// Where the built book goes [default: book/book].
    #[arg(long, value_name = "DIR")]
    dest: Option<PathBuf>,
    /// Build, then serve the book on 127.0.0.1 until Ctrl-C.
    #[arg(long)]
    serve: bool,
    /// The port to serve on; 0 takes a free one.
    #[arg(long, value_name = "PORT", default_value_t = 0, requires = "serve")]
    port: u16,
}

/// Builds the workspace's book into the folder `dest`.
///
/// # Errors
/// When the book has a broken place or cannot be written.
pub(crate) fn build_to(dest: &Path) -> Result<()> {
    build::book(&workspace::root().join("book"), dest)
}

/// Builds the workspace's book, and serves it if that was asked for.
///
/// # Errors
/// When the book has a broken place, cannot be written or cannot be served.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let root = workspace::root().join("book");
    let dest = match &options.dest {
        // Relative to where the user stands, not to the book.
        Some(dest) => {
            std::path::absolute(dest).with_context(|| format!("cannot use {} as a folder", dest.display()))?
        }
        None => root.join("book"),
    };
    build::book(&root, &dest)?;
    say(format!("built {}", dest.join("index.html").display()))?;
    if options.serve {
        serve::forever(&dest, options.port)?;
    }
    Ok(ExitCode::SUCCESS)
}
