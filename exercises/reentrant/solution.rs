//! reentrant, solved: what both do is a function of its own, for those who have the lock already.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// A balance, and one lock that protects it.
#[derive(Default)]
struct Account {
    balance: Mutex<u64>,
}

impl Account {
    /// B: adds 10, alone or as a part of A.
    fn deposit(&self, who: u64) {
        Account::add(&mut self.lock(), who);
    }

    /// What B does, for whoever has the lock: it asks for the balance itself, which only a guard can lend.
    fn add(balance: &mut u64, who: u64) {
        *balance += 10;
        println!("{who}: B");
    }

    /// A: deposits, takes its time, and adds 1. Nobody else comes in between.
    fn deposit_with_bonus(&self, who: u64, nap: Duration) {
        let mut balance = self.lock();
        println!("{who}: A begins");
        Account::add(&mut balance, who);
        thread::sleep(nap);
        *balance += 1;
        println!("{who}: A ends");
    }

    fn balance(&self) -> u64 {
        *self.lock()
    }

    /// A thread that panicked with the lock would have left a balance that is right all the same.
    fn lock(&self) -> MutexGuard<'_, u64> {
        self.balance.lock().unwrap_or_else(PoisonError::into_inner)
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
