//! Two threads that wake each other in turn: `--event NAME`. An operation is one set and the wake of
//! who waits for it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use benches::inside::measure;
use netkit::sync::Event;

/// What a contender has to do.
trait Bell: Sync {
    fn ring(&self);
    /// Waits until it rings and makes it quiet again; `false`: it has not rung for a long time.
    fn hear(&self) -> bool;
}

/// How long to wait for the other thread when it may have ended.
const LONG: Duration = Duration::from_millis(100);

impl Bell for Event {
    fn ring(&self) {
        self.set();
    }

    fn hear(&self) -> bool {
        let is_set = self.wait_timeout(LONG);
        self.clear();
        is_set
    }
}

/// The event that one makes of the standard library.
#[derive(Default)]
struct Std {
    flag: std::sync::Mutex<bool>,
    bell: std::sync::Condvar,
}

impl Bell for Std {
    fn ring(&self) {
        if let Ok(mut flag) = self.flag.lock() {
            *flag = true;
        }
        self.bell.notify_all();
    }

    fn hear(&self) -> bool {
        let Ok(flag) = self.flag.lock() else { return false };
        let Ok((mut flag, _)) = self.bell.wait_timeout_while(flag, LONG, |flag| !*flag) else { return false };
        std::mem::take(&mut *flag)
    }
}

/// The same of parking_lot.
#[derive(Default)]
struct ParkingLot {
    flag: parking_lot::Mutex<bool>,
    bell: parking_lot::Condvar,
}

impl Bell for ParkingLot {
    fn ring(&self) {
        *self.flag.lock() = true;
        self.bell.notify_all();
    }

    fn hear(&self) -> bool {
        let mut flag = self.flag.lock();
        self.bell.wait_while_for(&mut flag, |flag| !*flag, LONG);
        std::mem::take(&mut *flag)
    }
}

fn main() -> io::Result<()> {
    match benches::argument("--event").as_deref() {
        Some("netkit") => run(&[Event::new(), Event::new()]),
        Some("std") => run(&[Std::default(), Std::default()]),
        Some("parking_lot") => run(&[ParkingLot::default(), ParkingLot::default()]),
        other => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("no event {other:?}"))),
    }
}

fn run(bells: &[impl Bell; 2]) -> io::Result<()> {
    bells[0].ring();
    measure(2, |me, over: &AtomicBool| {
        let mut count = 0;
        while !over.load(Ordering::Relaxed) && bells[me].hear() {
            count += 1;
            bells[1 - me].ring();
        }
        bells[1 - me].ring();
        count
    })
}
