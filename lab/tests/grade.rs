//! Grading whole submissions: right, half right, hanging, empty, hostile.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lab::grade::{Record, State, Submission};
use lab::{Options, exercise};
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn of_greet(file: &str) -> String {
    fs::read_to_string(root().join("exercises/greet").join(file)).unwrap()
}

/// A folder of submissions.
struct Class {
    folder: TempDir,
}

impl Class {
    fn new() -> Class {
        Class { folder: tempfile::tempdir().unwrap() }
    }

    /// A student's folder with one file.
    fn student(&self, name: &str, file: &str, text: &str) -> PathBuf {
        let folder = self.folder.path().join("class").join(name);
        let file = folder.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        folder
    }

    fn grade(&self, student: &Path) -> Record {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("grade");
        let submission = Submission::open(student, root(), &scratch).unwrap();
        // Only one of them is waited for in vain.
        let hangs = student.ends_with("hangs");
        let deadline = Duration::from_secs(if hangs { 2 } else { 60 });
        let options = Options { seed: 1, deadline, ..Options::default() };
        submission.grade(exercise("greet"), &options, |_| {})
    }
}

#[test]
fn a_class_gets_what_it_deserves() {
    let class = Class::new();
    let grade = |student: PathBuf| {
        let record = class.grade(&student);
        (record.points(), record.graded[0].first_failing(), record)
    };

    let (points, first, record) =
        grade(class.student("right", "exercises/greet/main.rs", &of_greet("solution.rs")));
    assert_eq!((points, first, record.student.as_str()), (6, None, "right"), "{record:?}");
    // Other places, another language.
    assert_eq!(grade(class.student("short", "greet.rs", &of_greet("solution.rs"))).0, 6);
    assert_eq!(grade(class.student("python", "greet/main.py", &of_greet("twin.py"))).0, 6);

    let half = of_greet("wrong/own-address.rs");
    let (points, first, _) = grade(class.student("half", "greet/main.rs", &half));
    assert_eq!((points, first), (1, Some("peer-address")));

    let (points, first, _) = grade(class.student("empty", "notes.txt", "I was ill"));
    assert_eq!((points, first), (0, Some("not begun")));
    let (_, first, _) = grade(class.student("untouched", "greet.rs", &of_greet("starter.rs")));
    assert_eq!(first, Some("not begun"));

    let (points, first, record) = grade(class.student("typo", "greet.rs", "fn main() { let x = }"));
    assert_eq!((points, first), (0, Some("does not compile")));
    let State::NotBuilt(why) = &record.graded[0].state else { panic!("{record:?}") };
    assert!(why.contains("expected expression"), "{why}");

    let hangs = "fn main() { std::thread::sleep(std::time::Duration::from_secs(600)) }";
    let (points, first, _) = grade(class.student("hangs", "greet.rs", hangs));
    assert_eq!((points, first), (0, Some("free-port")));
}

/// What a submission brings along has no part in grading it.
#[test]
fn a_hostile_submission_is_only_read() {
    let class = Class::new();
    let hostile = class.student("hostile", "greet/main.rs", &of_greet("starter.rs"));
    let canary = class.folder.path().join("canary");
    fs::write(&canary, "alive").unwrap();
    // A build script and manifests of its own, which must not be run or read.
    let script = format!("fn main() {{ std::fs::remove_file({canary:?}).unwrap(); }}");
    fs::write(hostile.join("build.rs"), &script).unwrap();
    fs::write(hostile.join("greet/build.rs"), script).unwrap();
    fs::write(hostile.join("Cargo.toml"), "not a manifest").unwrap();
    let first = class.grade(&hostile).graded[0].first_failing();
    assert_eq!(first, Some("not begun"));

    // A link to another's answer, a folder in the place of a file, and a file without an end are no answers.
    let right = class.student("right", "greet.rs", &of_greet("solution.rs"));
    let thief = class.student("thief", "x", "");
    symlink(right.join("greet.rs"), thief.join("greet.rs")).unwrap();
    fs::create_dir_all(thief.join("greet/main.rs")).unwrap();
    fs::File::create(thief.join("greet.py")).unwrap().set_len(1 << 40).unwrap();
    assert_eq!(class.grade(&thief).graded[0].first_failing(), Some("not begun"));

    assert_eq!(fs::read_to_string(canary).unwrap(), "alive");
    let files = fs::read_dir(&hostile).unwrap().count();
    assert_eq!(files, 3, "a submission is left as it was");
}
