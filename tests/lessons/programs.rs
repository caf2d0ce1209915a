//! The programs as commands: help, languages, errors, exit codes, pipes, traces, demos.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{binary, printed, run};
use assert_cmd::assert::OutputAssertExt;
use netkit::net::{Kind, Socket};
use netkit::trace::{Record, Trace};
use rstest::rstest;
use tempfile::tempdir;

const LESSONS: std::ops::RangeInclusive<u32> = 1..=8;

#[rstest]
fn a_demo_runs_in_under_five_seconds(
    #[values(1, 2, 3, 4, 5, 6, 7, 8)] lesson: u32,
    #[values("en", "zh")] lang: &str,
) {
    let begun = Instant::now();
    let shown = printed(lesson, &["--lang", lang]);
    // The promise is 5 s on a quiet machine; other tests run beside this one.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    // Each shows its subject at work: servers that come and go, threads, or processes.
    let signs: &[&str] = match lesson {
        7 => &["main thread stop", "execute 0"],
        8 => &["say hi 0 pid ", "counter 111"],
        _ => &["listening on 127.0.0.1:", "stopped after"],
    };
    assert!(signs.iter().all(|sign| shown.contains(sign)), "{shown}");
    assert_eq!(shown.contains("What goes wrong"), lang == "en", "{shown}");
    assert_eq!(shown.contains("会出什么问题"), lang == "zh", "{shown}");
}

/// Every part and every option is described in both languages.
#[rstest]
fn help_is_complete_in_both_languages(#[values(1, 2, 3, 4, 5, 6, 7, 8)] lesson: u32) {
    let help = printed(lesson, &["--help"]);
    let parts: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|part| *part != "help")
        .collect();
    assert!(parts.len() >= 3, "{help}");
    for part in parts.iter().map(Some).chain([None]) {
        let words: Vec<&str> = part.into_iter().copied().chain(["--help"]).collect();
        let english = printed(lesson, &words);
        let chinese = printed(lesson, &[&words[..], &["--lang", "zh"]].concat());
        let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        if part.is_none() {
            assert!(english.starts_with(&format!("Lesson {lesson}: ")), "{english}");
        }
        assert!(!is_chinese(english.lines().next().unwrap()), "{english}");
        for line in chinese.lines().filter(|line| line.trim_start().starts_with('-')) {
            assert!(is_chinese(line), "lesson{lesson} {part:?}: not in Chinese: {line}");
        }
        assert!(is_chinese(chinese.lines().next().unwrap()), "{chinese}");
        let options = |text: &str| text.lines().filter(|line| line.trim_start().starts_with('-')).count();
        assert_eq!(options(&english), options(&chinese), "{english}{chinese}");
    }
}

#[test]
fn the_environment_chooses_the_language() {
    for (lang, word) in [("zh_CN.UTF-8", "用法"), ("en_US.UTF-8", "Usage"), ("C", "Usage")] {
        let output = Command::new(binary(1)).arg("--help").env("LC_ALL", lang).output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains(word), "{lang}");
    }
}

#[rstest]
#[case(&["nonsense"], 2)]
#[case(&["server", "--addr", "nonsense"], 2)]
#[case(&["server", "--addr", "127.0.0.1:65536"], 2)]
#[case(&["client", "--timeout", "-1"], 2)]
#[case(&["--lang", "xx"], 2)]
#[case(&["--version"], 2)]
#[case(&["--help"], 0)]
fn usage_errors_are_2(#[case] args: &[&str], #[case] code: i32) {
    let output = run(1, args);
    assert_eq!(output.status.code(), Some(code), "{output:?}");
}

#[test]
fn a_unix_path_that_is_too_long_is_a_usage_error_that_says_so() {
    let path = format!("unix:/{}", "x".repeat(200));
    let output = run(1, &["server", "--addr", &path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("at most 107 bytes; this one has 201"));
}

/// Who, what, why, what to try; in both languages.
#[rstest]
#[case("en", "cannot listen on", "Address already in use", "try --addr 127.0.0.1:0)")]
#[case("zh", "无法监听", "地址已被占用", "试试 --addr 127.0.0.1:0)")]
fn a_port_in_use(#[case] lang: &str, #[case] what: &str, #[case] why: &str, #[case] hint: &str) {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    for (lesson, part) in [
        (1, "server"),
        (1, "naive"),
        (2, "server"),
        (2, "threads"),
        (2, "tutorial"),
        (4, "server"),
        (5, "server"),
        (5, "print-server"),
        (5, "two-doors"),
        (6, "server"),
        (6, "simplified"),
    ] {
        let output = run(lesson, &[part, "--addr", &addr, "--lang", lang]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        let words = error.starts_with(&format!("lesson{lesson}: {what} {addr}: {why} ("));
        assert!(words && error.trim_end().ends_with(hint) && error.lines().count() == 1, "{error}");
    }
}

#[test]
fn nobody_there_is_refused_with_advice() {
    // Bound and not listening: nobody accepts there, and no other test gets the port meanwhile.
    let any = "127.0.0.1:0".parse().unwrap();
    let mut bound = Socket::new(&any, Kind::Stream, &Trace::off()).unwrap();
    bound.bind(&any).unwrap();
    let closed = bound.local_addr().unwrap().to_string();
    for (lesson, part) in [(1, "client"), (4, "client")] {
        run(lesson, &[part, "--addr", &closed])
            .assert()
            .code(1)
            .stderr(format!(
                "lesson{lesson}: cannot connect to {closed}: Connection refused (nobody listens there: start the server in another terminal, or give its --addr)\n"
            ));
    }
}

/// `lesson1 | head -1`: no panic, no message, success.
#[rstest]
fn a_closed_pipe_is_success(#[values(1, 2, 3, 4, 5, 6, 7, 8)] lesson: u32) {
    let mut child = Command::new(binary(lesson))
        .env("LANG", "C.UTF-8")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut first).unwrap();
    drop(reader);
    assert!(child.wait().unwrap().success());
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!(errors, "");
}

/// `lesson1 > /dev/full`: what could not be written, and why.
#[cfg(target_os = "linux")]
#[rstest]
#[case("en", "cannot write to standard output: No space left on device")]
#[case("zh", "无法写到标准输出: 设备上没有空间了")]
fn a_full_disk_behind_standard_output_is_told(#[case] lang: &str, #[case] said: &str) {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = Command::new(binary(1)).args(["api", "--lang", lang]).stdout(full).output().unwrap();
    output.assert().code(1).stderr(format!("lesson1: {said}\n"));
}

/// The trace as JSON lines: version, rising numbers, one actor, known events only.
#[rstest]
fn a_trace_can_be_recorded_and_read(#[values(1, 2, 3, 4)] lesson: u32) {
    let folder = tempdir().unwrap();
    let file = folder.path().join("trace.jsonl");
    let (part, stdin): (&[&str], &str) = match lesson {
        1 => (&["client"], ""),
        2 => (&["get"], ""),
        3 => (&["client"], "hello\n"),
        _ => (&["client"], "exit\n"),
    };
    let server = lab::Subject::start(
        &lab::Command::new(binary(lesson), ["server"]),
        lab::Start { addr: "127.0.0.1:0", dir: folder.path(), extra: &[], typed: false },
    )
    .unwrap();
    let addr = server.ready(lab::Deadline::after(Duration::from_secs(10))).unwrap();
    let mut command = Command::new(binary(lesson));
    command.args(part);
    match lesson {
        2 => command.arg(format!("http://{addr}/")),
        _ => command.args(["--addr", &addr]),
    };
    command.arg("--trace").arg("--trace-out").arg(&file).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");

    let text = std::fs::read_to_string(&file).unwrap();
    let records: Vec<Record> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(records.len() >= 3, "{text}");
    for (number, record) in records.iter().enumerate() {
        assert_eq!((record.v, record.seq), (1, number as u64), "{text}");
        assert_eq!(record.actor, part[0]);
    }
    assert!(records.is_sorted_by_key(|record| record.t_us), "{text}");
    assert!(text.lines().next().unwrap().contains(r#""ev":"socket","args":{"#), "{text}");
    // The same events, for people: [pid thread] call.
    let shown = String::from_utf8(output.stderr).unwrap();
    assert_eq!(shown.lines().count(), records.len());
    for (line, record) in shown.lines().zip(&records) {
        assert!(line.starts_with('[') && line.ends_with(&record.event.to_string()), "{line}");
    }
}

#[test]
fn a_trace_that_cannot_be_written_is_an_error() {
    run(1, &["api", "--trace-out", "/nonexistent/trace"]).assert().code(1).stderr(
        "lesson1: cannot write the trace to /nonexistent/trace: No such file or directory (check the path)\n",
    );
}

/// A reader who does not read our output cannot keep a server from stopping.
#[test]
fn a_full_pipe_does_not_keep_a_server_from_stopping() {
    let mut server = Command::new(binary(3))
        .args(["server", "--addr", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(server.stdout.take().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let addr = line.trim_end().strip_prefix("listening on ").unwrap();
    let client = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    // Each is shown as 4 characters a byte: more than the pipe and our buffer hold.
    for _ in 0..4 {
        client.send_to(&[0xff; 60_000], addr).unwrap();
    }
    let begun = Instant::now();
    while rustix::io::ioctl_fionread(reader.get_ref()).unwrap() < 60_000 {
        assert!(begun.elapsed() < Duration::from_secs(5), "the pipe did not fill");
        std::thread::yield_now();
    }
    let pid = rustix::process::Pid::from_child(&server);
    let begun = Instant::now();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let code = loop {
        if let Some(status) = server.try_wait().unwrap() {
            break status.code();
        }
        if begun.elapsed() > Duration::from_secs(5) {
            server.kill().unwrap();
            panic!("SIGTERM did not end a server whose output nobody reads");
        }
        std::thread::yield_now();
    };
    assert_eq!(code, Some(0));
    drop(reader);
}

#[test]
fn all_lessons_have_a_program() {
    for lesson in LESSONS {
        assert!(std::path::Path::new(binary(lesson)).exists());
    }
}

/// The common mistakes on a command line, in the language that was asked for.
#[rstest]
#[case(&["server", "--bogus"], "没有这个参数:--bogus")]
#[case(&["servr"], "没有这个部分:servr")]
#[case(&["server", "--addr"], "后面缺少值")]
#[case(&["server", "--mechanism", "kqueue"], "的值不对:kqueue")]
fn a_wrong_command_line_is_told_in_chinese(#[case] words: &[&str], #[case] said: &str) {
    let output = crate::common::run(5, &[words, &["--lang", "zh"]].concat());
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains(said) && !errors.contains("error:"), "{errors}");
}
