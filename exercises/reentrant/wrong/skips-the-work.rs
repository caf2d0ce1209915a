//! caught by: total
//! says: skipped
//! The mistake: `try_lock` never hangs, and whoever ignores its "no" has not done the work.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

#[derive(Default)]
struct Account {
    balance: Mutex<u64>,
}

impl Account {
    fn deposit(&self, who: u64) {
        if let Ok(mut balance) = self.balance.try_lock() {
            *balance += 10;
            println!("{who}: B");
        }
    }

    fn deposit_with_bonus(&self, who: u64, nap: Duration) {
        let mut balance = self.lock();
        println!("{who}: A begins");
        self.deposit(who);
        thread::sleep(nap);
        *balance += 1;
        println!("{who}: A ends");
    }

    fn balance(&self) -> u64 {
        *self.lock()
    }

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
