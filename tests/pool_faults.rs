//! What becomes of a pool when processes die: where CPython's hangs, this one tells and goes on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use netkit::pool::Pool;
use netkit::process::{self, Process, ProcessEvent, ProcessSemaphore, SharedArray};
use netkit::tasks;
use rustix::process::Signal;

#[macro_use]
mod process_common;
use process_common::{SOON, children, lives, send_signal, soon, waits_for_futex};

fn square(n: i64) -> i64 {
    n * n
}

fn sleeps_for_ever(running: ProcessSemaphore) {
    running.release().unwrap();
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

fn spins_for_ever() {
    loop {
        std::hint::spin_loop();
    }
}

fn ends(how: String) -> i64 {
    match how.as_str() {
        "abort" => std::process::abort(),
        "exit" => process::exit(3),
        "exit of std" => std::process::exit(4),
        "kill" => send_signal(std::process::id(), Signal::KILL),
        "panic" => panic!("as ordered"),
        "panic with a bomb" => std::panic::panic_any(Bomb),
        "overflow" => return i64::from(overflow(1)),
        _ => {}
    }
    0
}

#[allow(unconditional_recursion, reason = "that is the subject")]
fn overflow(n: u8) -> u8 {
    let page = std::hint::black_box([n; 4096]);
    overflow(page[0]).wrapping_add(page[1])
}

/// What a panic carries may panic too.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("again");
    }
}

/// A parent to be killed: its pool is busy, its worker has a pool of its own.
fn has_a_pool(pids: SharedArray<u32>, ready: ProcessEvent) {
    let pool = Pool::new(3).unwrap();
    let running = ProcessSemaphore::new(0).unwrap();
    let _busy = [
        pool.apply_async(sleeps_for_ever, running.clone()).unwrap(),
        pool.apply_async(has_an_inner_pool, (pids.clone(), running.clone())).unwrap(),
    ];
    running.acquire();
    running.acquire();
    for (at, pid) in pool.worker_pids().into_iter().enumerate() {
        pids.set(at, pid).unwrap();
    }
    ready.set();
    thread::sleep(SOON * 2);
}

fn has_an_inner_pool(pids: SharedArray<u32>, running: ProcessSemaphore) {
    let pool = Pool::new(1).unwrap();
    let _busy = pool.apply_async(spins_for_ever, ()).unwrap();
    pids.set(3, pool.worker_pids()[0]).unwrap();
    running.release().unwrap();
    thread::sleep(SOON * 2);
}

fn main() -> ExitCode {
    process::init(tasks![square, sleeps_for_ever, spins_for_ever, ends, has_a_pool, has_an_inner_pool,]);
    process_common::run(tests![
        a_task_that_ends_its_worker_is_lost_alone,
        a_worker_killed_in_a_task_costs_that_task,
        idle_workers_may_be_killed,
        what_waited_behind_a_lost_task_is_done,
        killing_at_random_loses_no_result,
        an_endless_task_can_be_given_up,
        dropping_resolves_what_is_pending,
        the_death_of_the_parent_ends_all_workers,
        sigint_to_the_group,
        forever,
    ])
}

/// Run by `sigint_to_the_group`: a program with a pool, stopped by Ctrl-C.
fn forever() {
    let Ok(signal) = std::env::var("UNTIL_SIGINT") else { return };
    assert_eq!(signal, "yes");
    let pool = Pool::new(2).unwrap();
    let stop = netkit::sys::Stop::new().unwrap();
    signal_hook::flag::register(signal_hook::consts::SIGINT, stop.flag()).unwrap();
    signal_hook::low_level::pipe::register(signal_hook::consts::SIGINT, stop.wake_end().unwrap()).unwrap();
    let running = ProcessSemaphore::new(0).unwrap();
    let busy = pool.apply_async(sleeps_for_ever, running.clone()).unwrap();
    running.acquire();
    println!("running");
    std::io::stdout().flush().unwrap();
    assert!(stop.wait_timeout(SOON));
    // The workers have had the signal too, and are all there.
    assert_eq!(pool.apply(square, 5).unwrap(), 25);
    assert!(!busy.ready());
    drop(pool);
    assert!(busy.get().unwrap_err().is_cancelled());
    println!("done");
}

fn a_task_that_ends_its_worker_is_lost_alone() {
    let pool = Pool::new(2).unwrap();
    for (how, ended) in [
        ("abort", "killed by signal 6 (SIGABRT)"),
        ("exit", "exited with code 3"),
        ("exit of std", "exited with code 4"),
        ("kill", "killed by signal 9 (SIGKILL)"),
        ("overflow", "killed by signal"),
    ] {
        let good: Vec<_> = (0..20).map(|n| pool.apply_async(square, n).unwrap()).collect();
        let bad = pool.apply_async(ends, how.to_string()).unwrap();
        let after: Vec<_> = (0..20).map(|n| pool.apply_async(square, n).unwrap()).collect();
        let error = bad.get_timeout(SOON).unwrap_err();
        assert!(error.is_lost() && error.to_string().contains(ended), "{how}: {error}");
        assert!(error.to_string().contains(&error.worker().unwrap().to_string()), "{error}");
        assert!(!lives(error.worker().unwrap()));
        for result in good.iter().chain(&after) {
            result.get_timeout(SOON).unwrap();
        }
        soon("it is whole again", || pool.worker_pids().len() == 2);
    }
    for how in ["panic", "panic with a bomb"] {
        let before = pool.worker_pids();
        let error = pool.apply_async(ends, how.to_string()).unwrap().get_timeout(SOON).unwrap_err();
        assert!(error.is_panic(), "{how}: {error}");
        assert_eq!(pool.worker_pids(), before); // a panic costs no worker
    }
}

fn a_worker_killed_in_a_task_costs_that_task() {
    let pool = Pool::new(2).unwrap();
    let running = ProcessSemaphore::new(0).unwrap();
    let before = pool.worker_pids();
    let lost = pool.apply_async(sleeps_for_ever, running.clone()).unwrap();
    assert!(running.acquire_timeout(SOON));
    let victim = *before.iter().find(|pid| fs_syscall(**pid).contains("nanosleep")).expect("one sleeps");
    send_signal(victim, Signal::KILL);
    let error = lost.get_timeout(SOON).unwrap_err();
    assert_eq!((error.worker(), error.status().unwrap().signal()), (Some(victim), Some(9)));
    soon("it is whole again", || pool.worker_pids().len() == 2);
    assert_eq!(pool.map(square, 0..100).unwrap().len(), 100);
}

/// What a process waits in.
fn fs_syscall(pid: u32) -> String {
    let place = || std::fs::read_to_string(format!("/proc/{pid}/wchan")).unwrap_or_default();
    lab::until(lab::Deadline::after(Duration::from_millis(200)), || place().contains("nanosleep"));
    place()
}

fn idle_workers_may_be_killed() {
    let pool = Pool::new(3).unwrap();
    for _ in 0..3 {
        let pids = pool.worker_pids();
        pids.iter().for_each(|pid| waits_for_futex(*pid));
        pids.iter().for_each(|pid| send_signal(*pid, Signal::KILL));
        // In CPython's pool no task ever runs again.
        let results: Vec<_> = (0..50).map(|n| pool.apply_async(square, n).unwrap()).collect();
        for (result, n) in results.iter().zip(0..) {
            match result.get_timeout(SOON) {
                Ok(value) => assert_eq!(value, n * n),
                Err(error) => assert!(error.is_lost(), "{error}"), // it had just begun
            }
        }
        soon("it is whole again", || {
            pool.worker_pids().iter().filter(|pid| !pids.contains(pid)).count() == 3
        });
    }
}

fn what_waited_behind_a_lost_task_is_done() {
    let pool = Pool::new(1).unwrap();
    let running = ProcessSemaphore::new(0).unwrap();
    let lost = pool.apply_async(sleeps_for_ever, running.clone()).unwrap();
    let behind: Vec<_> = (0..100).map(|n| pool.apply_async(square, n).unwrap()).collect();
    assert!(running.acquire_timeout(SOON));
    send_signal(pool.worker_pids()[0], Signal::KILL);
    assert!(lost.get_timeout(SOON).unwrap_err().is_lost());
    assert!(behind.iter().zip(0..).all(|(result, n)| result.get_timeout(SOON).unwrap() == n * n));
}

/// Wherever a worker is when it dies: in a task, writing a result, ringing the bell, falling asleep.
fn killing_at_random_loses_no_result() {
    let pool = Pool::new(3).unwrap();
    let mut random = lab::Random::new(7);
    let mut lost = 0;
    for _ in 0..40 {
        let results: Vec<_> = (0..300).map(|n| pool.apply_async(square, n).unwrap()).collect();
        lab::measure_for(Duration::from_micros(random.between(0, 400) as u64));
        let pids = pool.worker_pids();
        if let Some(pid) = pids.get(random.between(0, 2)) {
            // It is not collected as long as the pool has it in its list; if it just ended, so be it.
            let pid = rustix::process::Pid::from_raw(*pid as i32).unwrap();
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
        for (result, n) in results.iter().zip(0..) {
            match result.get_timeout(SOON) {
                Ok(value) => assert_eq!(value, n * n),
                Err(error) => {
                    assert!(error.is_lost(), "{error}");
                    lost += 1;
                }
            }
        }
    }
    assert!(lost <= 40, "{lost} tasks were lost by 40 deaths");
}

fn an_endless_task_can_be_given_up() {
    for close_first in [false, true] {
        let pool = Pool::new(2).unwrap();
        let endless = pool.apply_async(spins_for_ever, ()).unwrap();
        let other = pool.apply_async(square, 3).unwrap();
        assert_eq!(other.get_timeout(SOON).unwrap(), 9);
        assert!(endless.get_timeout(Duration::from_millis(20)).unwrap_err().is_timeout());
        if close_first {
            pool.close();
        }
        pool.terminate();
        assert!(endless.get_timeout(SOON).unwrap_err().is_cancelled());
        pool.join().unwrap();
        assert!(children().is_empty());
    }
}

fn dropping_resolves_what_is_pending() {
    let pool = Pool::new(1).unwrap();
    let running = ProcessSemaphore::new(0).unwrap();
    let results: Vec<_> =
        (0..5).map(|_| pool.apply_async(sleeps_for_ever, running.clone()).unwrap()).collect();
    let waiting = thread::spawn(move || results.iter().map(|result| result.get()).collect::<Vec<_>>());
    assert!(running.acquire_timeout(SOON));
    drop(pool);
    let outcomes = waiting.join().unwrap();
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_err_and(|error| error.is_cancelled())));
    assert!(children().is_empty());
}

fn the_death_of_the_parent_ends_all_workers() {
    let (pids, ready) = (SharedArray::new(4).unwrap(), ProcessEvent::new().unwrap());
    let parent = Process::spawn(has_a_pool, (pids.clone(), ready.clone())).unwrap();
    assert!(ready.wait_timeout(SOON));
    let workers = pids.to_vec();
    assert!(workers.iter().all(|pid| lives(*pid)), "{workers:?}");
    parent.kill().unwrap();
    // Their shared memory has no name: it goes with the last of them.
    soon("no worker is left", || !workers.iter().any(|pid| lives(*pid)));
}

fn sigint_to_the_group() {
    let mut program = Command::new(std::env::current_exe().unwrap())
        .args(["--one", "forever"])
        .env("UNTIL_SIGINT", "yes")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut output = std::io::BufReader::new(program.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut output, &mut line).unwrap();
    assert_eq!(line, "running\n");
    let group = rustix::process::Pid::from_raw(program.id() as i32).unwrap();
    rustix::process::kill_process_group(group, Signal::INT).unwrap();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut output, &mut rest).unwrap();
    assert_eq!(rest, "done\n");
    assert!(program.wait().unwrap().success());
}
