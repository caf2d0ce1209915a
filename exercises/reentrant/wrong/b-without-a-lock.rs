//! caught by: one-step
//! says: in the middle of A
//! The mistake: B takes no lock, as A has it already. But B is called alone as well. (The total is right: it is atomic.)

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

#[derive(Default)]
struct Account {
    balance: AtomicU64,
    lock: Mutex<()>,
}

impl Account {
    fn deposit(&self, who: u64) {
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

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
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
