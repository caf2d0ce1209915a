//! Grading whole submissions: right, half right, hanging, empty, hostile.
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use lab::grade::{Format, Overview, Record, State, Submission};
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
        // Only these are waited for in vain.
        let hangs = student.ends_with("hangs") || student.ends_with("=greedy <b>");
        let deadline = Duration::from_secs(if hangs { 2 } else { 60 });
        let options = Options { seed: 1, deadline, ..Options::default() };
        submission.grade(exercise("greet"), &options, |_| {})
    }
}

/// Ten students, and what each deserves: points, and the check that failed first.
#[test]
fn a_class_gets_what_it_deserves() {
    let class = Class::new();
    let solution = of_greet("solution.rs");
    let hangs = "fn main() { std::thread::sleep(std::time::Duration::from_secs(600)) }";
    // It asks for all memory (and writes none of it, for the other tests on this machine), leaves a child that keeps the output open, and does not end by itself.
    let greedy = "fn main() { let _ = std::process::Command::new(\"sleep\").arg(\"600\").spawn(); \
                  let mut all = Vec::new(); loop { all.push(vec![0_u8; 1 << 24]); } }";
    let students = [
        // The first, as it is waited for while the other tests have the CPUs.
        ("hangs", "greet.rs", hangs, 0, Some("free-port")),
        ("right", "exercises/greet/main.rs", solution.as_str(), 6, None),
        ("other-place", "greet.rs", &solution, 6, None),
        ("python", "greet/main.py", &of_greet("twin.py"), 6, None),
        ("half", "greet/main.rs", &of_greet("wrong/own-address.rs"), 1, Some("peer-address")),
        ("nearly", "greet.rs", &of_greet("wrong/dies-with-its-client.rs"), 3, Some("clients-that-leave")),
        ("empty", "notes.txt", "I was ill", 0, Some("not begun")),
        ("untouched", "greet.rs", &of_greet("starter.rs"), 0, Some("not begun")),
        ("typo", "greet.rs", "fn main() { let x = }", 0, Some("does not compile")),
        ("=greedy <b>", "greet.rs", greedy, 0, Some("free-port")),
    ];
    let mut records = Vec::new();
    for (name, file, text, points, first) in students {
        let record = class.grade(&class.student(name, file, text));
        assert_eq!(
            (record.points(), record.graded[0].first_failing()),
            (points, first),
            "{name}: {record:?}"
        );
        assert_eq!(record.student, name);
        records.push(record);
    }
    let State::NotBuilt(why) = &records[8].graded[0].state else { panic!("{:?}", records[8]) };
    assert!(why.contains("expected expression"), "{why}");

    // The same in every form.
    for (record, (_, _, _, points, _)) in records.iter().zip(students) {
        for format in Format::value_variants() {
            let text = format.render(record);
            let shown = match format {
                Format::Text => text.contains(&format!(": {points} of 6 points")),
                Format::Markdown => text.contains(&format!("{points} of 6 points")),
                Format::Json | Format::Gradescope | Format::Classroom50 => {
                    text.contains(&format!("\n  \"score\": {points}"))
                }
                Format::Junit => text.contains("<testsuites") && text.contains("tests=\"4\""),
                Format::Exercism => {
                    text.contains(&format!("\"status\": \"{}\"", if points == 6 { "pass" } else { "fail" }))
                        || text.contains("\"error\"")
                }
                Format::Csv => text.lines().count() == 1 + 4,
            };
            assert!(shown, "{format:?}: {text}");
        }
    }
    let overview = Overview(&records);
    assert_eq!(overview.csv().lines().count(), 1 + 10 * 4);
    let page = overview.html();
    assert_eq!(page.matches("<td class=\"all\">6 of 6</td>").count(), 3, "{page}");
    assert!(page.contains("<td>greet</td><td>free-port</td><td>2: hangs, =greedy &lt;b&gt;</td>"), "{page}");
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
    fs::File::create(thief.join("greet.py")).unwrap().set_len(1 << 30).unwrap();
    assert_eq!(class.grade(&thief).graded[0].first_failing(), Some("not begun"));

    assert_eq!(fs::read_to_string(canary).unwrap(), "alive");
    let files = fs::read_dir(&hostile).unwrap().count();
    assert_eq!(files, 3, "a submission is left as it was");
}
