//! The proof of the checks: each program in `tests/wrong` makes one mistake, and is caught by the check that is meant for
//! it, with the message that is meant for it. It passes the most basic check of its suite, so it is wrong in just that
//! way (unless the basic check itself is the one that must catch it).
//!
//! A file begins with `# suite:`, `# caught by:`, `# says:` (part of the message) and perhaps `# deadline:` (seconds,
//! where the mistake is that nothing happens) or `# args:` (where they decide what is checked).

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lab::{Command, Options};

use crate::caught::must_be_caught;

/// As most of these programs wait for something that never comes, several can share a CPU.
const AT_ONCE: usize = 8;

#[test]
fn every_wrong_program_is_caught_by_the_check_that_is_meant_for_it() {
    if !python_is_there() {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wrong");
    let mut programs: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    programs.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    programs.sort();
    assert!(programs.len() >= 130, "only {} wrong programs are there", programs.len());
    if !everything() {
        // Every twelfth one is enough between two commits.
        programs = programs.into_iter().step_by(12).collect();
    }

    let left = Mutex::new(programs);
    let problems = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..AT_ONCE {
            let worker = std::thread::Builder::new().name(format!("worker-{number}"));
            worker.spawn_scoped(scope, || judge_all(&left, &problems)).unwrap();
        }
    });
    let problems = problems.into_inner().unwrap();
    assert!(problems.is_empty(), "\n{}", problems.join("\n\n"));
}

fn judge_all(left: &Mutex<Vec<PathBuf>>, problems: &Mutex<Vec<String>>) {
    // Neither lock is held while a program is judged.
    let take = || lock(left).pop();
    while let Some(program) = take() {
        if let Err(problem) = judge(&program) {
            lock(problems).push(problem);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn judge(program: &Path) -> Result<(), String> {
    let name = program.display().to_string();
    let told = |problem: String| format!("{name}: {problem}");
    let text = std::fs::read_to_string(program).map_err(|error| told(error.to_string()))?;
    let header = |key: &str| {
        let mut lines = text.lines().filter_map(|line| line.strip_prefix("# "));
        lines.find_map(|line| line.strip_prefix(key)).map(|value| value.trim().to_owned())
    };
    let suite = header("suite:").ok_or_else(|| told("the header `suite:` is missing".to_owned()))?;
    let suite = lab::suite(&suite).ok_or_else(|| told(format!("no suite `{suite}`")))?;
    let args = header("args:").unwrap_or_default();
    let args = args.split_whitespace().map(str::to_owned);
    // The standard library alone (-S): what a machine adds to it would be loaded at each start.
    let command = Command::python(["-S".to_owned(), name.clone()].into_iter().chain(args))
        .ok_or("python3 is missing")?;

    // That it is wrong in its own way only: to look takes as long again.
    let basic = suite.checks[0].name;
    if header("caught by:").is_some_and(|check| check != basic) && everything() {
        let options = Options { only: Some(basic.into()), ..Options::patient() };
        let report = suite.run(&command, &options);
        if report.failed() > 0 {
            return Err(told(format!("it should pass {basic} and be wrong in its own way only:\n{report}")));
        }
    }
    must_be_caught(suite, &command, header).map_err(told)
}

/// Whether all is to be looked at, as in continuous integration: a part of it takes a part of the time.
fn everything() -> bool {
    std::env::var_os("NETKIT_ALL").is_some()
}

/// A machine without Python cannot prove anything here; the CI must.
fn python_is_there() -> bool {
    let found = Command::python([""; 0]).is_some();
    assert!(found || std::env::var_os("CI").is_none(), "python3 is needed here");
    if !found {
        println!("python3 is missing: the wrong programs were not tried");
    }
    found
}
