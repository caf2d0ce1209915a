//! The lessons, a module each, and what they have in common as commands, in one program: most of the tests wait for most
//! of the time, and can do so together.
//! `cargo test --test lessons lesson5` runs those of one.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod edges;
mod forking_lesson;
mod lesson1;
mod lesson2;
mod lesson3;
mod lesson4;
mod lesson5;
mod lesson6;
mod lesson7;
mod lesson8;
mod programs;
mod upload_program;
mod words;
