//! The book's transcripts are what the programs print.
//!
//! Each file of `book/recordings` begins with a command as a reader types it,
//! `$ cargo run --bin lesson1 backlog`. The rest is the command's output, stdout and stderr as
//! they come to a terminal, and a last line `[exit 1]` when it failed. A line may end in a
//! marker, `①`: the chapter explains it, the program did not print it.
//!
//! With `RECORD=1` (`cargo xtask record`) the files are written again; a marker stays at its line.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::common::several_at_once;
use crate::run;
use rustix::process::{Resource, getrlimit};

const AGAIN: &str =
    "record again with `cargo xtask record` (it runs `RECORD=1 cargo test --test book recordings`)";

#[test]
fn recordings_are_what_the_programs_print() {
    let record = std::env::var("RECORD").is_ok_and(|value| value == "1");
    let recordings = recordings().unwrap();
    assert!(!recordings.is_empty(), "no recordings in {}", folder().display());
    let wrong = several_at_once(recordings, |path| compare(&path, record).err()).into_iter().flatten();
    let wrong: String = wrong.collect();
    if record {
        fs::write(folder().join("machine.md"), machine()).unwrap();
    }
    assert!(wrong.is_empty(), "\n{wrong}\n- recorded, + now; {AGAIN}");
}

/// Runs the recording's command; writes what it prints, or says how that differs.
fn compare(path: &Path, record: bool) -> Result<(), String> {
    let name = path.file_name().unwrap().to_string_lossy();
    let text = fs::read_to_string(path).unwrap();
    let (command, recorded) = text.split_once('\n').unwrap_or((&text, ""));
    let now = run(command).map_err(|problem| format!("{name}: {problem}\n"))?;
    if record {
        fs::write(path, format!("{command}\n{}", with_markers(recorded, &now))).unwrap();
        return Ok(());
    }
    let old = normal(&recorded.lines().map(unmarked).collect::<Vec<_>>());
    let new = normal(&now.lines().collect::<Vec<_>>());
    if old == new {
        return Ok(());
    }
    Err(format!("{name}: `{}` prints something else now:\n{}", &command[2..], difference(&old, &new)))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("book/recordings")
}

fn recordings() -> io::Result<Vec<PathBuf>> {
    let paths: io::Result<Vec<PathBuf>> =
        fs::read_dir(folder())?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut found = paths?;
    found.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    found.sort();
    Ok(found)
}

/// Runs `$ cargo run --bin lessonN …` and returns what a terminal would show.
fn run(command: &str) -> Result<String, String> {
    let shape = || format!("the first line is `{command}`, not `$ cargo run --bin lessonN …`");
    let words = command.strip_prefix("$ cargo run --bin ").ok_or_else(shape)?.split_whitespace();
    let (mut output, status) = run::run(&words.map(str::to_owned).collect::<Vec<_>>())?;
    if !output.is_empty() && !output.ends_with('\n') {
        output.push('\n');
    }
    if !status.success() {
        let code = status.code().map_or_else(|| status.to_string(), |code| format!("exit {code}"));
        let _ = writeln!(output, "[{code}]");
    }
    Ok(output)
}

/// A line without the marker that the book's author put behind it.
fn unmarked(line: &str) -> &str {
    let bare = line.trim_end_matches(|c| ('①'..='⑳').contains(&c));
    if bare.len() == line.len() { line } else { bare.trim_end() }
}

/// The new output, with each marker of the old one behind the same line, if it is still there.
fn with_markers(old: &str, new: &str) -> String {
    let bare: Vec<&str> = old.lines().map(unmarked).collect();
    let mut old: Vec<(String, &str)> = normal(&bare)
        .into_iter()
        .zip(old.lines().zip(&bare).map(|(line, bare)| &line[bare.len()..]))
        .collect();
    let new: Vec<&str> = new.lines().collect();
    let mut marked = String::new();
    for (line, normal) in new.iter().zip(normal(&new)) {
        let marker = old.iter().position(|(known, _)| *known == normal).map(|at| old.remove(at).1);
        let _ = writeln!(marked, "{line}{}", marker.unwrap_or(""));
    }
    marked
}

/// The lines with a name for whatever differs between two runs of the same program.
///
/// Ports, pids, inodes and workers are named in the order in which they appear, so that the same
/// port is still the same port. Everything else has to be equal.
fn normal(lines: &[&str]) -> Vec<String> {
    let mut names = Names::default();
    lines.iter().map(|line| one(line, &mut names)).collect()
}

#[derive(Default)]
struct Names(HashMap<(&'static str, String), usize>);

impl Names {
    fn of(&mut self, what: &'static str, value: &str) -> String {
        let next = self.0.keys().filter(|(known, _)| *known == what).count() + 1;
        let number = *self.0.entry((what, value.to_string())).or_insert(next);
        format!("<{what} {number}>")
    }
}

fn one(line: &str, names: &mut Names) -> String {
    let rules = [cpython, shares, raw_socket, ipv6, flood, burst, backlog_limit, over_the_limit];
    if let Some(known) = rules.iter().find_map(|rule| rule(line)).or_else(|| limit(line, names)) {
        return known;
    }
    let mut normal = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        let length = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        let (number, after) = number.split_at(length);
        normal.push_str(before);
        let port =
            before.ends_with(':') && number.parse().is_ok_and(|port: u32| port >= lowest_chosen_port());
        let inode = before.ends_with("socket:[") && after.starts_with(']');
        let told = PIDS.iter().any(|word| before.ends_with(word));
        let pid = told || (normal == "[" || normal == "  [process ") && after.starts_with(' ');
        // Which worker of a pool takes a task is chance.
        let worker = before == " worker " && after.starts_with("] ");
        let time = before.ends_with("\"t_us\":") || after.starts_with(" ms");
        match (port, inode, pid, worker, time) {
            (true, ..) => normal.push_str(&names.of("port", number)),
            (_, true, ..) => normal.push_str(&names.of("inode", number)),
            (_, _, true, ..) => normal.push_str(&names.of("pid", number)),
            (.., true, _) => normal.push_str(&names.of("worker", number)),
            (.., true) => normal.push_str("<time>"),
            _ => normal.push_str(number),
        }
        rest = after;
    }
    normal + rest
}

/// Without `python3` lesson 8 has nothing to compare its pool with.
fn cpython(line: &str) -> Option<String> {
    line.starts_with("CPython's Pool, kill: no ").then(|| "<CPython's pool>".to_string())
}

/// Words of lesson 8 with the number of a process behind them.
const PIDS: [&str; 6] = [" pid ", " parent ", " child ", "owner ", "waiter ", " callback "];

/// The ports that the kernel chooses begin here; those that a lesson names are smaller.
fn lowest_chosen_port() -> u32 {
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let lowest = range.split_whitespace().next().and_then(|lowest| lowest.parse().ok());
    lowest.unwrap_or(10_000).min(10_000)
}

/// How the kernel spreads clients over two listeners is chance; that none is lost is not.
fn shares(line: &str) -> Option<String> {
    let (before, shares) = line.split_once(" clients: ")?;
    let (first, second) = shares.split_once(" and ")?;
    let total: u32 = before.rsplit(' ').next()?.parse().ok()?;
    let (first, second): (u32, u32) = (first.parse().ok()?, second.parse().ok()?);
    (first > 0 && second > 0 && first + second == total).then(|| format!("{before} clients: <two shares>"))
}

/// Whether a raw socket is made depends on who asks, not on the program.
fn raw_socket(line: &str) -> Option<String> {
    let (socket, result) =
        [" IPPROTO_ICMP ", " IPPROTO_ICMPV6 "].iter().find_map(|name| line.split_once(name))?;
    ["ok, protocol 1", "ok, protocol 58", "EPERM"]
        .contains(&result.trim_start())
        .then(|| format!("{socket} <as privileged>"))
}

/// Whether there is an IPv6 to listen on is the machine's affair; many containers have none.
fn ipv6(line: &str) -> Option<String> {
    let known = ["  echo ok", "  echo: EADDRNOTAVAIL"];
    let socket = known.iter().find_map(|result| line.strip_suffix(result))?;
    socket.starts_with("  AF_INET6 ").then(|| format!("{socket}  <as this machine has IPv6>"))
}

/// How often a server answers within a given time is its speed; that it is a flood is not.
fn flood(line: &str) -> Option<String> {
    let (before, after) = line.split_once(" answers within ")?;
    let (who, count) = before.rsplit_once(' ')?;
    let count: u32 = count.parse().ok()?;
    (count >= 1000).then(|| format!("{who} <a flood of> answers within {after}"))
}

/// How many datagrams a buffer keeps is the kernel's setting; that each is received or lost is not.
fn burst(line: &str) -> Option<String> {
    let (_, counts) = line.strip_prefix("  SO_RCVBUF ")?.split_once(": received ")?;
    let (received, rest) = counts.split_once(", lost ")?;
    let (lost, rest) = rest.split_once(", reordered 0, with ")?;
    let (received, lost): (u32, u32) = (received.parse().ok()?, lost.parse().ok()?);
    rest.strip_suffix(" receive calls")?.parse::<u32>().ok()?;
    Some(format!("  SO_RCVBUF: {} received or lost", received + lost))
}

/// The largest backlog is the kernel's setting (net.core.somaxconn).
fn backlog_limit(line: &str) -> Option<String> {
    let (before, after) = line.split_once("the limit in force is ")?;
    let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    (digits > 0).then(|| format!("{before}the limit in force is <limit>{}", &after[digits..]))
}

/// A descriptor that the hard limit does not allow cannot be watched, whatever the mechanism.
fn over_the_limit(line: &str) -> Option<String> {
    let (before, _) = line.split_once(": ")?;
    let (mechanism, number) = before.strip_prefix("  ")?.split_once(" descriptor ")?;
    let hard = getrlimit(Resource::Nofile).maximum?;
    (number.parse::<u64>().ok()? >= hard).then(|| format!("  {mechanism} descriptor {number}: <none here>"))
}

/// How many descriptors a process may have is the machine's affair; that they count from 0 is not.
fn limit(line: &str, names: &mut Names) -> Option<String> {
    if let Some(both) = line.strip_prefix("RLIMIT_NOFILE: soft limit ") {
        let (soft, hard) = both.split_once(" (ulimit -n), hard limit ")?;
        let known = soft.parse::<u32>().is_ok() && (hard == "unlimited" || hard.parse::<u64>().is_ok());
        return known.then(|| format!("RLIMIT_NOFILE: soft limit {}", names.of("limit", soft)));
    }
    if let Some(last) = line.strip_prefix("the last descriptor under the soft limit: ") {
        let last: u32 = last.parse().ok()?;
        return Some(format!("the last descriptor: {} - 1", names.of("limit", &(last + 1).to_string())));
    }
    let over = line.strip_prefix("descriptor ")?.strip_suffix(": EINVAL")?;
    over.parse::<u32>().ok().map(|_| format!("descriptor {}: EINVAL", names.of("limit", over)))
}

/// Both texts line by line: what is in both, only in the old (-), only in the new (+).
fn difference(old: &[String], new: &[String]) -> String {
    // common[i][j]: how many lines old[i..] and new[j..] have in common, in order.
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut shown) = (0, 0, String::new());
    while i < old.len() || j < new.len() {
        let (sign, line) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            (' ', &old[i - 1])
        } else if j == new.len() || i < old.len() && common[i + 1][j] >= common[i][j + 1] {
            i += 1;
            ('-', &old[i - 1])
        } else {
            j += 1;
            ('+', &new[j - 1])
        };
        let _ = writeln!(shown, "  {sign} {line}");
    }
    shown
}

/// Where the numbers of the recordings come from.
fn machine() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let version: Vec<&str> = release.split('.').take(2).collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("Linux {}, {}, {cores} cores\n", version.join("."), std::env::consts::ARCH)
}

#[test]
fn a_port_keeps_its_name() {
    let lines =
        ["listen 127.0.0.1:40001", "127.0.0.1:40002 to 127.0.0.1:40001 in 12 ms", "at 127.0.0.1:9999"];
    assert_eq!(
        normal(&lines),
        [
            "listen 127.0.0.1:<port 1>",
            "127.0.0.1:<port 2> to 127.0.0.1:<port 1> in <time> ms",
            "at 127.0.0.1:9999"
        ]
    );
}

#[test]
fn a_machine_may_lack_ipv6_but_not_ipv4() {
    let row = |family: &str, result: &str| normal(&[&format!("  {family}  SOCK_STREAM     0  {result}")]);
    let (yes, no) = ("ok, protocol 6   echo ok", "ok, protocol 6   echo: EADDRNOTAVAIL");
    assert_eq!(row("AF_INET6", yes), row("AF_INET6", no));
    assert_ne!(row("AF_INET6", yes), row("AF_INET6", "ok, protocol 6   echo: EINVAL"));
    assert_ne!(row("AF_INET", yes), row("AF_INET", no));
}

#[test]
fn shares_must_add_up() {
    assert_eq!(normal(&["spreads 200 clients: 88 and 112"]), normal(&["spreads 200 clients: 101 and 99"]));
    assert_ne!(normal(&["spreads 200 clients: 88 and 111"]), normal(&["spreads 200 clients: 101 and 99"]));
}

#[test]
fn descriptors_count_from_0_under_any_limit() {
    let lines = |soft: u32, last: u32| {
        let first = format!("RLIMIT_NOFILE: soft limit {soft} (ulimit -n), hard limit 4096");
        normal(&[&first, &format!("the last descriptor under the soft limit: {last}")])
    };
    assert_eq!(lines(1024, 1023), lines(20_000, 19_999));
    assert_ne!(lines(1024, 1024), lines(20_000, 19_999));
}

#[test]
fn a_worker_may_be_another_and_a_process_not() {
    let steps = |first: u32, second: u32, worker: u32| {
        let second = format!("  [process {second} worker {worker}] finish");
        normal(&[&format!("  [process {first} main] get_request"), &second])
    };
    assert_eq!(steps(70, 70, 1), steps(80, 80, 2));
    assert_ne!(steps(70, 71, 1), steps(80, 80, 2));
}

#[test]
fn every_datagram_of_a_burst_is_received_or_lost() {
    let row = |received: u32, lost: u32| {
        normal(&[&format!(
            "  SO_RCVBUF 212992: received {received}, lost {lost}, reordered 0, with 9 receive calls"
        )])
    };
    assert_eq!(row(92, 4908), row(276, 4724));
    assert_ne!(row(92, 4908), row(92, 4907));
}

#[test]
fn a_few_answers_are_no_flood() {
    let answers = |count: u32| normal(&[&format!("naive: {count} answers within 0.1 s")]);
    assert_eq!(answers(57_293), answers(98_634));
    assert_ne!(answers(57_293), answers(0));
}

#[test]
fn a_raw_socket_is_made_for_who_may() {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let hex = status.lines().find_map(|line| line.strip_prefix("CapEff:")).unwrap();
    // CAP_NET_RAW of capabilities(7) is bit 13.
    let may = u64::from_str_radix(hex.trim(), 16).unwrap() >> 13 & 1 == 1;
    let printed = run("$ cargo run --bin lesson1 families").unwrap();
    let row = printed.lines().find(|line| line.contains("IPPROTO_ICMP")).unwrap();
    assert!(row.ends_with(if may { "ok, protocol 1" } else { "EPERM" }), "{row}");
}

#[test]
fn a_marker_stays_at_its_line() {
    let old = "from 127.0.0.1:40001  ①\nclose\nclose  ②\n";
    let new = "more\nfrom 127.0.0.1:50001\nclose\nclose\n";
    assert_eq!(with_markers(old, new), "more\nfrom 127.0.0.1:50001  ①\nclose\nclose  ②\n");
}

#[test]
fn a_difference_shows_both() {
    let text = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
    let shown = difference(&text(&["a", "b", "c"]), &text(&["a", "x", "c", "d"]));
    assert_eq!(shown, "    a\n  - b\n  + x\n    c\n  + d\n");
}
