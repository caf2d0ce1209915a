//! What a student does with the exercises: `cargo lab`.
//!
//! [`session`] speaks, [`text`] is what it says, [`workbook`] and [`progress`] are files; the others are commands.

pub mod check;
pub mod doctor;
pub mod help_me;
pub mod lang;
pub mod list;
pub mod next;
pub mod reset;
pub mod session;
pub mod usage;
pub mod watch;

mod build;
mod interrupt;
mod names;
mod progress;
mod show;
mod suites;
mod text;
pub mod workbook;
