//! The keys that a check presses.

use anyhow::{Result, bail};

/// What the browser is told of a key: its value, the number that old scripts know it by, its text.
///
/// # Errors
/// When the key is not known here.
pub(super) fn of(name: &str) -> Result<(&'static str, u32, &'static str)> {
    Ok(match name {
        "ArrowLeft" => ("ArrowLeft", 37, ""),
        "ArrowRight" => ("ArrowRight", 39, ""),
        "ArrowDown" => ("ArrowDown", 40, ""),
        "Space" => (" ", 32, " "),
        "Enter" => ("Enter", 13, "\r"),
        other => bail!("no key is called {other} here"),
    })
}
