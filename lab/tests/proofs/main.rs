//! What the grader promises, proved by programs that do right and wrong. In one program, a module each: most of them wait for
//! most of the time, and can do so together. `cargo test -p lab --test proofs checks` runs those of one module.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod bad_programs;
mod caught;
mod checks;
mod exercises;
mod grade;
mod stuck;
