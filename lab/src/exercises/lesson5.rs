//! The exercises of lesson 5.

use super::Exercise;

mod two_doors;

pub(super) static EXERCISES: &[Exercise] = &[exercise! {
    suite: two_doors::TWO_DOORS,
    name: "two-doors",
    lesson: 5,
    stars: 1,
    minutes: 20,
    task: "two listeners, one wait" / "两个监听者,一次等待",
}];
