//! F5: a pool of processes: which tasks wait, which run and where, what has come back.

use super::model::{Block, Figure, Frame, Story};
use super::recording::{line_with, read, source};
use anyhow::{Context, Result, bail, ensure};
use netkit::trace::{Event, Record};

pub(super) const NAME: &str = "process-pool";

/// Each story: its name in the command, the words by which its line of source is found, its title,
/// what to look at.
const STORIES: [(&str, &str, &str, &str); 4] = [
    (
        "apply-async",
        "apply_async_with(",
        "apply_async",
        "All tasks are handed over at once. Those for whom there is no worker wait; the program does not.",
    ),
    (
        "apply",
        "pool.apply(",
        "apply",
        "The program waits for each result before it hands over the next task. Two workers have nothing to do.",
    ),
    (
        "map",
        "pool.map(",
        "map",
        "All tasks at once, and one answer with all results. There are no callbacks.",
    ),
    (
        "crash",
        "apply_async_with(",
        "A worker is killed",
        "Its task is lost, and its callback is told so. All others are done. (Python's pool waits for ever.)",
    ),
];

/// The lesson's own source: the program's side and the worker's.
const SOURCE: &str = "lessons/lesson8/timeline.rs";

pub(super) fn figure() -> Result<Figure> {
    let mut code = source(SOURCE, "tell")?;
    code.push(String::new());
    code.extend(source(SOURCE, "step")?);
    let stories = STORIES.iter().map(|&(name, asks, title, about)| {
        let records = read(&format!("lesson8-timeline-{name}"))?;
        let (titles, frames) = frames(&records, &code, asks).with_context(|| format!("the story {name}"))?;
        let command = format!("cargo run --bin lesson8 timeline {name} --trace-out -");
        Ok(Story { title, about, command, titles, frames })
    });
    let stories: Vec<Story> = stories.collect::<Result<_>>()?;
    // All workers are busy, and tasks wait.
    let busy = stories[0]
        .frames
        .iter()
        .rposition(|frame| frame.said.contains(" begins ") && !frame.rows[0].is_empty());
    let still = (0, busy.context("no task ever waits")?);
    Ok(Figure { name: NAME, title: "Five tasks for three worker processes", code, stories, own: "", still })
}

/// The rows' titles and the frames of one recording.
///
/// # Errors
/// When it is no recording of a pool, or tells something that cannot be: a task that ends before it
/// began, two tasks of one worker at a time.
pub(super) fn frames(records: &[Record], code: &[String], asks: &str) -> Result<(Vec<String>, Vec<Frame>)> {
    let mut state = State::default();
    let mut frames = Vec::new();
    for record in records {
        let (said, words, task) = state.take(&record.actor, &record.event, asks)?;
        let line = words.map(|words| line_with(code, words)).transpose()?;
        // The workers are there before the first task: one frame for all of them.
        if matches!(record.event, Event::Spawn { .. }) {
            frames.clear();
        }
        frames.push(Frame { said, line, rows: state.rows(task) });
    }
    ensure!(!frames.is_empty(), "nothing happens in it");
    ensure!(state.waiting.is_empty(), "tasks {:?} never begin", state.waiting);
    let workers = (1..=state.workers.len()).map(|number| format!("Worker {number}"));
    let ends = ["Done", "Called back"].map(str::to_owned);
    Ok((["Waiting".to_owned()].into_iter().chain(workers).chain(ends).collect(), frames))
}

/// What is known after some events.
#[derive(Default)]
struct State {
    waiting: Vec<u64>,
    workers: Vec<Worker>,
    done: Vec<u64>,
    called_back: Vec<String>,
    lost: Vec<u64>,
}

struct Worker {
    pid: String,
    task: Option<u64>,
    /// How it ended.
    ended: Option<String>,
}

/// What is said, the words of a line of source, the task that it is about.
type Step<'w> = (String, Option<&'w str>, Option<u64>);

impl State {
    fn take<'w>(&mut self, actor: &str, event: &Event, asks: &'w str) -> Result<Step<'w>> {
        Ok(match event {
            Event::Spawn { child } => {
                self.workers.push(Worker { pid: pid_of(child)?, task: None, ended: None });
                (
                    format!("The pool has {} worker processes. They wait for tasks.", self.workers.len()),
                    None,
                    None,
                )
            }
            Event::Submit { task } => {
                self.waiting.push(*task);
                (format!("The program asks for task {task}."), Some(asks), Some(*task))
            }
            Event::Start { task } => {
                let at = self.waiting.iter().position(|waiting| waiting == task);
                self.waiting.remove(at.with_context(|| format!("task {task} begins, and does not wait"))?);
                let pid = pid_of(actor)?;
                let worker = self.worker(&pid)?;
                ensure!(worker.task.is_none(), "worker {pid} has two tasks");
                worker.task = Some(*task);
                (format!("Task {task} begins in process {pid}."), Some("tell(\"start\")"), Some(*task))
            }
            Event::Finish { task } => {
                let pid = pid_of(actor)?;
                let worker = self.worker(&pid)?;
                ensure!(worker.task.take() == Some(*task), "worker {pid} ends task {task}, which it has not");
                self.done.push(*task);
                (format!("Task {task} ends in process {pid}."), Some("tell(\"finish\")"), Some(*task))
            }
            Event::Reap { child, status } => {
                let worker = self.worker(&child.to_string())?;
                let task = worker.task.take();
                worker.ended = Some(status.clone());
                let lost = task.context("a worker without a task is lost")?;
                self.lost.push(lost);
                let said = format!(
                    "Process {child} is gone: {status}. Task {lost} is lost, and the pool starts another worker."
                );
                (said, Some("Signal::KILL"), Some(lost))
            }
            Event::Callback { task } => {
                let (text, callback, words) = match self.lost.contains(task) {
                    true => (format!("{task}: error"), "error callback", "let error_callback = "),
                    false => (task.to_string(), "callback", "let callback = "),
                };
                ensure!(
                    self.done.contains(task) || self.lost.contains(task),
                    "a callback of task {task}, which has not ended"
                );
                self.called_back.push(text);
                (format!("The {callback} of task {task} runs, in the program."), Some(words), Some(*task))
            }
            other => bail!("`{other}` in a recording of a pool"),
        })
    }

    /// The worker with this pid; one that is not known has taken the place of one that ended.
    fn worker(&mut self, pid: &str) -> Result<&mut Worker> {
        let known = self.workers.iter().position(|worker| worker.pid == pid);
        let at = match known {
            Some(at) => at,
            None => {
                let free = self.workers.iter().position(|worker| worker.ended.is_some());
                let at = free.with_context(|| format!("process {pid} is a worker too many"))?;
                self.workers[at] = Worker { pid: pid.to_owned(), task: None, ended: None };
                at
            }
        };
        Ok(&mut self.workers[at])
    }

    fn rows(&self, about: Option<u64>) -> Vec<Vec<Block>> {
        let tasks = |list: &[u64]| {
            list.iter()
                .map(|task| Block::new(format!("task {task}"), about == Some(*task)))
                .collect::<Vec<_>>()
        };
        let workers = self.workers.iter().map(|worker| {
            let what = match (&worker.ended, worker.task) {
                (Some(how), _) => format!("pid {}: {how}", worker.pid),
                (None, Some(task)) => format!("pid {}: task {task}", worker.pid),
                (None, None) => format!("pid {}: idle", worker.pid),
            };
            vec![Block::new(what, worker.task.is_some() && worker.task == about)]
        });
        let called = self.called_back.iter().map(|text| {
            let own = about.is_some_and(|task| text.split(':').next() == Some(&task.to_string()));
            Block::new(format!("task {text}"), own)
        });
        let ends = [tasks(&self.done), called.collect()];
        [tasks(&self.waiting)].into_iter().chain(workers).chain(ends).collect()
    }
}

/// `worker 4711`.
fn pid_of(actor: &str) -> Result<String> {
    let pid = actor.strip_prefix("worker ").with_context(|| format!("`{actor}` is no worker"))?;
    Ok(pid.to_owned())
}
