//! What shared values, arrays, locks, events and semaphores promise, also when a process is killed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::io;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use netkit::process::{
    self, Char, LockError, Process, ProcessEvent, SharedArray, SharedError, SharedValue, TYPECODES,
};
use netkit::tasks;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[macro_use]
mod process_common;
use process_common::SOON;

fn adds(sum: SharedValue<i64>, times: u32, how: String) {
    for _ in 0..times {
        match how.as_str() {
            "fetch_add" => drop(sum.fetch_add(1).unwrap()),
            _ => sum.with_lock(|sum| *sum += 1).unwrap(),
        }
    }
}

/// The lost update, forced: read, let the other one go all the way, write.
fn adds_in_three_steps(sum: SharedValue<i64>, has_read: ProcessEvent, go_on: ProcessEvent) {
    let before = sum.get();
    has_read.set();
    go_on.wait();
    sum.set(before + 1);
}

fn changes_half(array: SharedArray<i32>, half: ProcessEvent) {
    array
        .with_lock(|array| {
            array.set(0, 1).unwrap();
            half.set();
            loop {
                thread::sleep(Duration::from_secs(1));
            }
        })
        .unwrap()
}

/// Leaves as an array of integers, and would arrive as one of floats.
struct Lie(Option<SharedArray<i32>>);

impl Serialize for Lie {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().unwrap().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Lie {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SharedArray::<f64>::deserialize(deserializer).map(|_| Lie(None))
    }
}

fn takes_floats(_: Lie) {}

fn main() -> ExitCode {
    process::init(tasks![adds, adds_in_three_steps, changes_half, takes_floats,]);
    process_common::run(tests![
        thirteen_typecodes,
        nothing_wraps_around_unasked,
        an_array_has_bounds,
        every_update_counts,
        three_steps_lose_an_update,
        a_list_is_not_shared_but_an_array_is,
        memory_of_another_type_is_refused,
        a_half_changed_array_is_told,
    ])
}

fn thirteen_typecodes() {
    let codes: String = TYPECODES.iter().map(|row| row.code).collect();
    assert_eq!(codes, "cbBhHiIlLqQfd");
    let bytes: Vec<usize> = TYPECODES.iter().map(|row| row.bytes).collect();
    assert_eq!(bytes, [1, 1, 1, 2, 2, 4, 4, 8, 8, 8, 8, 4, 8]);
    macro_rules! extremes {
        ($($type:ty)*) => { $(
            let array = SharedArray::<$type>::new(3).unwrap();
            assert_eq!(array.to_vec(), [<$type>::default(); 3]);
            array.set(1, <$type>::MIN).unwrap();
            array.set(2, <$type>::MAX).unwrap();
            assert_eq!(array.to_vec(), [<$type>::default(), <$type>::MIN, <$type>::MAX]);
        )* };
    }
    extremes!(i8 u8 i16 u16 i32 u32 i64 u64 f32 f64);
    let text = SharedArray::from_slice(&[Char(b'h'), Char(b'i'), Char(0), Char(b'!')]).unwrap();
    assert_eq!(text.text(), b"hi");
    assert!(SharedArray::<i32>::new(0).unwrap().to_vec().is_empty());
}

fn nothing_wraps_around_unasked() {
    let value = SharedValue::new(i32::MAX).unwrap();
    let error = value.fetch_add(1).unwrap_err();
    assert!(matches!(&error, SharedError::Overflow { of: "i32", .. }), "{error}");
    assert_eq!(value.get(), i32::MAX); // nothing was changed
    assert_eq!(value.wrapping_add(1), i32::MAX);
    assert_eq!(value.get(), i32::MIN);
    let byte = SharedValue::new(255u8).unwrap();
    byte.wrapping_add(1);
    assert_eq!(byte.get(), 0);
    let float = SharedValue::new(0.5f64).unwrap();
    assert_eq!(float.fetch_add(0.25).unwrap(), 0.5);
    assert_eq!(float.get(), 0.75);
}

fn an_array_has_bounds() {
    let array = SharedArray::from_slice(&[11, 22, 33, 44]).unwrap();
    assert_eq!((array.len(), array.get(3), array.get(4)), (4, Some(44), None));
    assert_eq!(array.set(4, 1).unwrap_err(), SharedError::OutOfRange { index: 4, len: 4 });
    assert!(array.fetch_add(usize::MAX, 1).is_err());
    assert_eq!(SharedArray::<u64>::new(usize::MAX).unwrap_err().kind(), io::ErrorKind::InvalidInput);
}

fn every_update_counts() {
    for how in ["fetch_add", "with_lock"] {
        let sum = SharedValue::new(11).unwrap();
        let add = || Process::spawn(adds, (sum.clone(), 5000, how.to_string())).unwrap();
        let children = [add(), add(), add()];
        children.iter().for_each(|child| assert!(child.join().unwrap().success()));
        assert_eq!(sum.get(), 11 + 15_000, "{how}");
    }
}

fn three_steps_lose_an_update() {
    let sum = SharedValue::new(0).unwrap();
    let (has_read, go_on) = (ProcessEvent::new().unwrap(), ProcessEvent::new().unwrap());
    let child = Process::spawn(adds_in_three_steps, (sum.clone(), has_read.clone(), go_on.clone())).unwrap();
    assert!(has_read.wait_timeout(SOON));
    sum.fetch_add(1).unwrap();
    go_on.set();
    child.join().unwrap();
    assert_eq!(sum.get(), 1); // of two
}

fn a_list_is_not_shared_but_an_array_is() {
    let mut list = vec![0; 3];
    let array = SharedArray::new(3).unwrap();
    for (number, item) in list.iter_mut().enumerate() {
        let child = Process::fork(|| {
            *item = 100;
            array.set(number, 100 + number as i32).unwrap();
        });
        assert!(child.unwrap().join().unwrap().success());
    }
    assert_eq!(list, [0, 0, 0]);
    assert_eq!(array.to_vec(), [100, 101, 102]);
}

fn memory_of_another_type_is_refused() {
    let child = Process::spawn(takes_floats, Lie(Some(SharedArray::new(4).unwrap()))).unwrap();
    assert_eq!(child.join().unwrap().code(), Some(1)); // it cannot read its arguments
}

fn a_half_changed_array_is_told() {
    let (array, half) = (SharedArray::from_slice(&[0, 0]).unwrap(), ProcessEvent::new().unwrap());
    let child = Process::spawn(changes_half, (array.clone(), half.clone())).unwrap();
    assert!(half.wait_timeout(SOON));
    child.kill().unwrap();
    child.join().unwrap();
    assert!(array.with_lock(|_| ()).is_err());
    let Err(LockError::OwnerDied(died)) = array.lock() else { panic!("it is not told") };
    array.set(0, 0).unwrap();
    drop(died.make_consistent());
    array.with_lock(|array| assert_eq!(array.to_vec(), [0, 0])).unwrap();
}
