//! Lesson.
fn main() {}
