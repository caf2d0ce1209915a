//! `netkit::event_loop`, a module for each kind of promise, in one program: most of its tests wait, and can do so together.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../event_loop_common/mod.rs"]
mod event_loop_common;

mod endings;
mod limits;
mod loops;
