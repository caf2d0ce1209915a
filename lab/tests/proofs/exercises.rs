//! The proof of the exercises: the file as it is handed out compiles and fails, the solution and its Python twin pass, and
//! each wrong answer is caught by the check that is meant for it, with the words that are meant for it.
//!
//! Every twelfth exercise; all with the variable NETKIT_ALL, those named in NETKIT_EXERCISES ("greet echo") with that.
//! A wrong answer begins with `//! caught by: CHECK`, `//! says: WORDS`, and perhaps `//! deadline: SECONDS`, where the
//! mistake is that nothing happens.

use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{env, fs, thread};

use lab::{Command, Exercise, Options, exercises};

use crate::caught;

/// As most of the checks wait for something, several can share a CPU.
const AT_ONCE: usize = 6;

#[test]
fn every_exercise_is_proved() {
    let chosen = chosen();
    build(&chosen);
    let left = Mutex::new(chosen.iter().flat_map(|exercise| proofs(exercise)).collect::<Vec<_>>());
    let problems = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for number in 0..AT_ONCE {
            let worker = thread::Builder::new().name(format!("proof-{number}"));
            worker
                .spawn_scoped(scope, || {
                    // Neither lock is held while something is proved.
                    let take = || lock(&left).pop();
                    while let Some((name, proof)) = take() {
                        if let Err(problem) = proof() {
                            lock(&problems).push(format!("{name}: {problem}"));
                        }
                    }
                })
                .unwrap();
        }
    });
    let problems = problems.into_inner().unwrap();
    assert!(problems.is_empty(), "{} of the proofs failed\n\n{}", problems.len(), problems.join("\n\n"));
}

/// Something to be shown, with a name.
type Proof = (String, Box<dyn Fn() -> Result<(), String> + Send>);

fn proofs(exercise: &'static Exercise) -> Vec<Proof> {
    // The standard library alone (-S): what a machine adds to it would be loaded at each start.
    let twin = Command::python(["-S".to_owned(), folder(exercise).join("twin.py").display().to_string()]);
    let twin = twin.expect("python3 is needed here");
    let mut proofs: Vec<Proof> = vec![
        proof(exercise, "starter", move || must_fail(exercise, &answer(exercise, "starter"))),
        proof(exercise, "solution", move || must_pass(exercise, &answer(exercise, "solution"))),
        proof(exercise, "twin", move || must_pass(exercise, &twin)),
    ];
    for path in wrong_answers(exercise) {
        let name = format!("wrong-{}", stem(&path));
        let command = answer(exercise, &name);
        proofs.push(proof(exercise, &name, move || must_be_caught(exercise, &command, &path)));
    }
    proofs
}

fn proof(exercise: &Exercise, what: &str, proof: impl Fn() -> Result<(), String> + Send + 'static) -> Proof {
    (format!("{}-{what}", exercise.name), Box::new(proof))
}

fn must_fail(exercise: &Exercise, command: &Command) -> Result<(), String> {
    // It may do nothing at all, and be waited for.
    let options = Options { deadline: Duration::from_secs(4), ..Options::default() };
    let report = exercise.suite.run(command, &options);
    let by_itself = !report.to_string().contains("mistake of the grader");
    (report.failed() > 0 && by_itself).then_some(()).ok_or_else(|| format!("it should fail\n{report}"))
}

fn must_pass(exercise: &Exercise, command: &Command) -> Result<(), String> {
    let report = exercise.suite.run(command, &Options::patient());
    (report.failed() == 0).then_some(()).ok_or_else(|| format!("it should pass\n{report}"))
}

fn must_be_caught(exercise: &Exercise, command: &Command, path: &Path) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let header = |key: &str| {
        let mut lines = text.lines().map_while(|line| line.strip_prefix("//! "));
        lines.find_map(|line| line.strip_prefix(key)).map(str::trim).map(str::to_owned)
    };
    caught::must_be_caught(exercise.suite, command, header)
}

#[test]
fn every_exercise_has_all_its_files() {
    let manifest = read(&root().join("exercises/Cargo.toml"));
    let answers = read(&root().join("exercises/answers/Cargo.toml"));
    let mut complaints = Vec::new();
    let mut expect = |holds: bool, complaint: String| {
        if !holds {
            complaints.push(complaint);
        }
    };
    for exercise in exercises() {
        let name = exercise.name;
        expect(exercise.suite.name == name, format!("{name}: its suite has another name"));
        expect((1..=3).contains(&exercise.stars), format!("{name}: one to three stars"));
        let listed = format!("[[bin]]\nname = \"{name}\"\npath = \"{name}/main.rs\"\n");
        expect(manifest.contains(&listed), format!("exercises/Cargo.toml lacks:\n{listed}"));
        let mut files = vec![("starter".to_owned(), "starter.rs".to_owned())];
        files.push(("solution".to_owned(), "solution.rs".to_owned()));
        let wrong = wrong_answers(exercise);
        expect(wrong.len() >= 2, format!("{name}: at least two wrong answers, not {}", wrong.len()));
        files.extend(wrong.iter().map(|path| {
            let stem = stem(path);
            (format!("wrong-{stem}"), format!("wrong/{stem}.rs"))
        }));
        for (kind, file) in files {
            let listed = format!("[[bin]]\nname = \"{name}-{kind}\"\npath = \"../{name}/{file}\"\n");
            expect(answers.contains(&listed), format!("exercises/answers/Cargo.toml lacks:\n{listed}"));
        }
        for heading in [&format!("# {name}: ") as &str, "\n## Task\n", "\n## Example\n", "\n## Limits\n"] {
            expect(exercise.readme.contains(heading), format!("{name}/README.md lacks `{}`", heading.trim()));
        }
        let rungs: Vec<&str> = exercise.hints.lines().filter(|line| line.starts_with("# ")).collect();
        let expected = ["# 1. Where to look", "# 2. The idea", "# 3. The shape", "# 4. The solution"];
        expect(rungs == expected, format!("{name}/hints.md has {rungs:?}, not {expected:?}"));
        for path in &wrong {
            let stem = stem(path);
            expect(
                exercise.hints.contains(&format!("*{stem}*")),
                format!("{name}: hint 4 is silent on {stem}"),
            );
        }
        // A student's copy may differ from what was handed out; that of the repository may not.
        let edited = read(&folder(exercise).join("main.rs")) != exercise.starter;
        expect(!edited || env::var_os("CI").is_none(), format!("{name}: main.rs is not starter.rs"));
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn what_hints_name_of_the_lessons_is_there() {
    let mut complaints = Vec::new();
    let mut named = 0;
    for exercise in exercises() {
        for (file, text) in [("README.md", exercise.readme), ("hints.md", exercise.hints)] {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for (at, _) in text.match_indices("esson ") {
                let rest = &text[at + "esson ".len()..];
                let Some((lesson, rest)) = rest.split_once(", ") else { continue };
                if !matches!(lesson.as_bytes(), [b'1'..=b'8']) {
                    continue;
                }
                let (what, is_there) = if let Some(rest) = rest.strip_prefix('"') {
                    let heading = rest.split('"').next().unwrap();
                    (format!("the heading \"{heading}\""), has_heading(lesson, heading))
                } else if let Some(rest) = rest.strip_prefix("part `") {
                    let part = rest.split('`').next().unwrap();
                    let source = format!("lessons/lesson{lesson}/{}.rs", part.replace('-', "_"));
                    (format!("the part `{part}`"), root().join(source).is_file())
                } else {
                    continue;
                };
                named += 1;
                if !is_there {
                    complaints.push(format!("{}/{file}: lesson {lesson} has not {what}", exercise.name));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    assert!(named > 20, "only {named} were found: is that how they are written?");
}

/// Whether the lesson's chapter has this heading, of any depth.
fn has_heading(lesson: &str, heading: &str) -> bool {
    let chapter = read(&root().join(format!("book/src/lesson{lesson}.md")));
    chapter.lines().filter(|line| line.starts_with('#')).any(|line| {
        let title = line.trim_start_matches('#').trim();
        title.split(" {#").next() == Some(heading)
    })
}

/// Those to be proved now.
fn chosen() -> Vec<&'static Exercise> {
    if let Ok(names) = env::var("NETKIT_EXERCISES") {
        let find = |name| lab::exercise(name).unwrap_or_else(|| panic!("no exercise {name}"));
        return names.split_whitespace().map(find).collect();
    }
    exercises().step_by(if env::var_os("NETKIT_ALL").is_some() { 1 } else { 12 }).collect()
}

/// Builds the answers of these exercises, as a student's cargo would.
fn build(chosen: &[&'static Exercise]) {
    let mut cargo = Process::new(env!("CARGO"));
    cargo.current_dir(root()).args(["build", "--quiet", "--package", "answers"]);
    for exercise in chosen {
        let wrong = wrong_answers(exercise).into_iter().map(|path| format!("wrong-{}", stem(&path)));
        for kind in ["starter".to_owned(), "solution".to_owned()].into_iter().chain(wrong) {
            cargo.args(["--bin", &format!("{}-{kind}", exercise.name)]);
        }
    }
    assert!(cargo.status().unwrap().success(), "the answers do not compile");
}

/// The program of an answer: it is built into the folder above that of the tests.
fn answer(exercise: &Exercise, kind: &str) -> Command {
    let own = env::current_exe().unwrap();
    let folder = own.ancestors().nth(2).unwrap();
    Command::new(folder.join(format!("{}-{kind}", exercise.name)), [""; 0])
}

fn wrong_answers(exercise: &Exercise) -> Vec<PathBuf> {
    let folder = folder(exercise).join("wrong");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
    found.sort();
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn folder(exercise: &Exercise) -> PathBuf {
    root().join("exercises").join(exercise.name)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
