//! buffer: a bounded buffer. The task is in README.md; `cargo lab check buffer` looks at it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rig::Condvar;

/// Items on their way from producers to consumers, never more than `capacity`.
struct Buffer {
    capacity: usize,
    state: Mutex<State>,
    not_full: Condvar,
    not_empty: Condvar,
}

#[derive(Default)]
struct State {
    items: VecDeque<String>,
    is_closed: bool,
}

impl Buffer {
    /// Waits for room and puts `item` last. False when the buffer is closed, and the item was not put.
    fn put(&self, item: String) -> bool {
        let mut state = self.lock();
        if state.is_closed || state.items.len() == self.capacity {
            return false; // TODO: closed, yes. But if it is only full?
        }
        state.items.push_back(item);
        self.not_empty.notify_one();
        true
    }

    /// Waits for an item and takes the first one. None when the buffer is closed and empty.
    fn take(&self) -> Option<String> {
        let mut state = self.lock();
        if state.items.is_empty() {
            // TODO: whoever is woken here: is there an item now? And what if it is closed, and none will come?
            state = self.not_empty.wait(&self.state, state);
        }
        let item = state.items.pop_front();
        self.not_full.notify_one();
        item
    }

    /// From now on nothing is put, what is there may be taken, and nobody waits.
    fn close(&self) {
        // TODO: who may be waiting?
        self.lock().is_closed = true;
        self.not_full.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn main() {
    let capacity = std::env::args().skip_while(|word| word != "--capacity").nth(1);
    let (capacity, state) = (capacity.and_then(|word| word.parse().ok()).unwrap_or(2), Mutex::default());
    rig::run(&Buffer { capacity, state, not_full: Condvar::default(), not_empty: Condvar::default() });
}

/// The rig: one thread goes at a time, as told by the lines it reads. There is nothing to change from here on.
mod rig {
    use std::cell::OnceCell;
    use std::collections::{BTreeMap, VecDeque};
    use std::io;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
    use std::thread::{self, Scope, Thread};

    use super::Buffer;

    /// As `std::sync::Condvar`, but a thread that was notified goes on when it is told to, and not before.
    #[derive(Default)]
    pub struct Condvar(Mutex<VecDeque<Arc<Waiter>>>);

    struct Waiter {
        thread: Thread,
        is_notified: AtomicBool,
        may_go: AtomicBool,
    }

    enum Report {
        Waits(Arc<Waiter>),
        Done(String),
    }

    thread_local!(static REPORTS: OnceCell<Sender<Report>> = const { OnceCell::new() });

    #[allow(dead_code, reason = "not every buffer needs both notifications")]
    impl Condvar {
        /// Gives the lock back, sleeps, and takes the lock again.
        pub fn wait<'a, T>(&self, lock: &'a Mutex<T>, held: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
            let (is_notified, may_go) = (AtomicBool::new(false), AtomicBool::new(false));
            let me = Arc::new(Waiter { thread: thread::current(), is_notified, may_go });
            self.queue().push_back(Arc::clone(&me));
            drop(held);
            report(Report::Waits(Arc::clone(&me)));
            while !me.may_go.load(Ordering::SeqCst) {
                thread::park();
            }
            self.queue().retain(|other| !Arc::ptr_eq(other, &me));
            lock.lock().unwrap_or_else(PoisonError::into_inner)
        }

        /// Notifies the thread that has waited longest.
        pub fn notify_one(&self) {
            self.queue()
                .pop_front()
                .into_iter()
                .for_each(|one| one.is_notified.store(true, Ordering::SeqCst));
        }

        /// Notifies all threads that wait.
        pub fn notify_all(&self) {
            self.queue().drain(..).for_each(|one| one.is_notified.store(true, Ordering::SeqCst));
        }

        fn queue(&self) -> MutexGuard<'_, VecDeque<Arc<Waiter>>> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    fn report(report: Report) {
        REPORTS.with(|reports| reports.get().map(|reports| reports.send(report)));
    }

    pub fn run(buffer: &Buffer) {
        thread::scope(|scope| {
            let mut waiting: BTreeMap<String, (Arc<Waiter>, Receiver<Report>)> = BTreeMap::new();
            for line in io::stdin().lines().map_while(Result::ok) {
                let words: Vec<&str> = line.split_whitespace().collect();
                let [command, name] = [0, 1].map(|at| words.get(at).copied().unwrap_or_default());
                let item = words.get(2).map(|item| item.to_string()).unwrap_or_default();
                let reports = match (command, waiting.remove(name)) {
                    ("close", _) => {
                        buffer.close();
                        println!("closed");
                        continue;
                    }
                    ("put", None) => start(scope, move || {
                        let what = if buffer.put(item.clone()) { "put" } else { "refused" };
                        format!("{what} {item}")
                    }),
                    ("take", None) => {
                        start(scope, || buffer.take().map_or("end".to_owned(), |item| format!("took {item}")))
                    }
                    ("go" | "wake", Some((waiter, reports))) if go(&waiter, command == "wake") => reports,
                    (_, stays) => {
                        waiting.extend(stays.map(|stays| (name.to_owned(), stays)));
                        println!("{name} stays");
                        continue;
                    }
                };
                // Until it is done or waits, nobody else goes.
                match reports.recv() {
                    Ok(Report::Done(what)) => println!("{name} {what}"),
                    Err(_) => println!("{name} died"),
                    Ok(Report::Waits(waiter)) => {
                        println!("{name} waits");
                        waiting.insert(name.to_owned(), (waiter, reports));
                    }
                }
            }
            // The end of the input. Whoever is not notified now waits for ever, and so does the program.
            buffer.close();
            for (waiter, _) in waiting.values() {
                go(waiter, false);
            }
        });
    }

    fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        work: impl FnOnce() -> String + Send + 'scope,
    ) -> Receiver<Report> {
        let (sender, reports) = channel();
        scope.spawn(move || {
            REPORTS.with(|reports| drop(reports.set(sender)));
            report(Report::Done(work()));
        });
        reports
    }

    fn go(waiter: &Waiter, for_no_reason: bool) -> bool {
        let goes = waiter.is_notified.load(Ordering::SeqCst) || for_no_reason;
        waiter.may_go.store(goes, Ordering::SeqCst);
        waiter.thread.unpark();
        goes
    }
}
