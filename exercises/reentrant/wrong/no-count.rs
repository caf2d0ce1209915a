//! caught by: one-step
//! says: in the middle of A
//! The mistake: a reentrant lock of one's own that knows its owner and does not count: B's end gives it back, A goes on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

#[derive(Default)]
struct Account {
    balance: AtomicU64,
    owner: Mutex<Option<ThreadId>>,
    free: Condvar,
}

struct Held<'a>(&'a Account);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *self.0.owner.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.0.free.notify_one();
    }
}

impl Account {
    fn deposit(&self, who: u64) {
        let _held = self.lock();
        self.balance.fetch_add(10, Ordering::Relaxed);
        println!("{who}: B");
    }

    fn deposit_with_bonus(&self, who: u64, nap: Duration) {
        let _held = self.lock();
        println!("{who}: A begins");
        self.deposit(who);
        thread::sleep(nap);
        self.balance.fetch_add(1, Ordering::Relaxed);
        println!("{who}: A ends");
    }

    fn balance(&self) -> u64 {
        self.balance.load(Ordering::Relaxed)
    }

    fn lock(&self) -> Held<'_> {
        let me = thread::current().id();
        let mut owner = self.owner.lock().unwrap_or_else(PoisonError::into_inner);
        while owner.is_some_and(|owner| owner != me) {
            owner = self.free.wait(owner).unwrap_or_else(PoisonError::into_inner);
        }
        *owner = Some(me);
        Held(self)
    }
}

fn main() {
    let mut words = std::env::args().skip(1);
    let (mut threads, mut rounds, mut nap) = (2, 1, 0);
    while let (Some(option), Some(value)) = (words.next(), words.next()) {
        match (option.as_str(), value.parse()) {
            ("--threads", Ok(value)) => threads = value,
            ("--rounds", Ok(value)) => rounds = value,
            ("--nap", Ok(value)) => nap = value,
            _ => eprintln!("reentrant: {option} {value} is not understood"),
        }
    }
    let account = Account::default();
    thread::scope(|scope| {
        for who in 0..threads {
            let account = &account;
            scope.spawn(move || {
                for _ in 0..rounds {
                    account.deposit_with_bonus(who, Duration::from_millis(nap));
                    thread::sleep(Duration::from_millis(nap / 2));
                    account.deposit(who);
                }
            });
        }
    });
    println!("total {}", account.balance());
}
