//! caught by: asleep
//! says: looks again and again
//! The mistake: a reentrant lock of one's own, right but for this: whoever waits asks again and again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

#[derive(Default)]
struct Account {
    balance: AtomicU64,
    owner: Mutex<(Option<ThreadId>, u32)>,
}

struct Held<'a>(&'a Account);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut owner = self.0.lock_owner();
        owner.1 -= 1;
        if owner.1 == 0 {
            owner.0 = None;
        }
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
        loop {
            let mut owner = self.lock_owner();
            if owner.0.is_none_or(|owner| owner == me) {
                *owner = (Some(me), owner.1 + 1);
                return Held(self);
            }
            drop(owner);
            thread::yield_now();
        }
    }

    fn lock_owner(&self) -> MutexGuard<'_, (Option<ThreadId>, u32)> {
        self.owner.lock().unwrap_or_else(PoisonError::into_inner)
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
