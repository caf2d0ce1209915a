//! What managed dictionaries and lists promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::process::ExitCode;
use std::thread;

use netkit::manager::{ManagedDict, ManagedList, Manager, ManagerError};
use netkit::process::{self, Process, ProcessEvent, SharedArray, SharedValue};
use netkit::tasks;
use rustix::process::Signal;

#[macro_use]
mod process_common;
use process_common::{SOON, lives, send_signal, soon};

type Dict = ManagedDict<String, i64>;

fn plus(value: i64, more: i64) -> i64 {
    value + more
}

fn append(mut list: Vec<i32>, item: i32) -> Vec<i32> {
    list.push(item);
    list
}

fn fails(_: i64) -> i64 {
    panic!("as ordered")
}

fn not_listed(value: i64) -> i64 {
    value
}

fn adds(dict: Dict, times: usize) {
    for _ in 0..times {
        dict.update_with(&"n".to_string(), plus, 1).unwrap();
    }
}

fn adds_to_list(list: ManagedList<i64>, times: usize) {
    for _ in 0..times {
        list.update_with(0, plus, 1).unwrap();
    }
}

fn sets_and_stays(dict: Dict, list: ManagedList<u32>, done: ProcessEvent) {
    dict.set(&"pid".to_string(), &std::process::id().into()).unwrap();
    list.push(&7).unwrap();
    done.set();
    loop {
        thread::sleep(SOON);
    }
}

fn has_a_manager(pid: SharedValue<u32>, ready: ProcessEvent) {
    let manager = Manager::start().unwrap();
    let _dict: Dict = manager.dict().unwrap();
    pid.set(manager.pid());
    ready.set();
    thread::sleep(SOON);
}

fn main() -> ExitCode {
    process::init(tasks![plus, append, fails, adds, adds_to_list, sets_and_stays, has_a_manager]);
    process_common::run(tests![
        a_dictionary,
        a_list,
        a_change_is_visible_at_once,
        a_copy_is_a_copy,
        updates_are_not_lost,
        a_list_is_changed_where_it_is,
        an_update_that_panics_changes_nothing,
        what_it_cannot_hold,
        a_forked_child_has_its_own_connection,
        a_manager_that_is_gone_says_so,
        after_its_shutdown_it_says_so_too,
        its_end_comes_with_its_parents,
        long_values,
    ])
}

fn key(text: &str) -> String {
    text.to_string()
}

fn a_dictionary() {
    let manager = Manager::start().unwrap();
    let dict: Dict = manager.dict().unwrap();
    assert!(dict.is_empty().unwrap());
    assert_eq!(dict.get(&key("a")).unwrap(), None);
    for (at, name) in ["z", "a", "m"].iter().enumerate() {
        dict.set(&key(name), &(at as i64)).unwrap();
    }
    dict.set(&key("z"), &9).unwrap();
    assert_eq!(dict.items().unwrap(), [(key("z"), 9), (key("a"), 1), (key("m"), 2)]); // as they came
    assert_eq!(dict.keys().unwrap(), ["z", "a", "m"]);
    assert_eq!(dict.remove(&key("a")).unwrap(), Some(1));
    assert_eq!(dict.remove(&key("a")).unwrap(), None);
    assert!(dict.contains(&key("m")).unwrap() && !dict.contains(&key("a")).unwrap());
    assert_eq!(dict.update(&key("no"), fails).unwrap_err(), ManagerError::KeyNotFound);
    dict.clear().unwrap();
    assert_eq!(dict.len().unwrap(), 0);
    manager.shutdown().unwrap();
}

fn a_list() {
    let manager = Manager::start().unwrap();
    let list: ManagedList<String> = manager.list().unwrap();
    list.push(&key("a")).unwrap();
    list.push(&key("b")).unwrap();
    list.set(0, &key("c")).unwrap();
    assert_eq!(list.to_vec().unwrap(), ["c", "b"]);
    assert_eq!(list.get(2).unwrap_err(), ManagerError::OutOfRange { len: 2 });
    assert_eq!(list.set(9, &key("x")).unwrap_err(), ManagerError::OutOfRange { len: 2 });
    assert_eq!(list.remove(0).unwrap(), "c");
    assert_eq!((list.len().unwrap(), list.get(0).unwrap()), (1, key("b")));
}

fn a_change_is_visible_at_once() {
    let manager = Manager::start().unwrap();
    let (dict, list) = (manager.dict().unwrap(), manager.list().unwrap());
    let done = ProcessEvent::new().unwrap();
    let child = Process::spawn(sets_and_stays, (dict.clone(), list.clone(), done.clone())).unwrap();
    assert!(done.wait_timeout(SOON));
    // The child is still there: nothing waits for its end.
    assert!(child.is_alive());
    assert_eq!(dict.get(&key("pid")).unwrap(), Some(child.pid().into()));
    assert_eq!(list.to_vec().unwrap(), [7]);
    assert!(![std::process::id(), child.pid()].contains(&manager.pid()));
}

fn a_copy_is_a_copy() {
    let manager = Manager::start().unwrap();
    let dict: ManagedDict<String, Vec<i32>> = manager.dict().unwrap();
    dict.set(&key("l"), &vec![1]).unwrap();
    dict.get(&key("l")).unwrap().unwrap().push(2);
    assert_eq!(dict.get(&key("l")).unwrap(), Some(vec![1]));
    assert_eq!(dict.update_with(&key("l"), append, 2).unwrap(), [1, 2]);
    assert_eq!(dict.get(&key("l")).unwrap(), Some(vec![1, 2]));
    // SEMANTICS 8.6, item 38: what it shows is where it is, not what is there.
    assert!(format!("{dict:?}").starts_with("ManagedDict(0 of netkit-manager-"), "{dict:?}");
}

fn updates_are_not_lost() {
    let manager = Manager::start().unwrap();
    let dict: Dict = manager.dict().unwrap();
    dict.set(&key("n"), &0).unwrap();
    let child = || Process::spawn(adds, (dict.clone(), 300)).unwrap();
    let children = [child(), child(), child()];
    children.iter().for_each(|child| assert!(child.join().unwrap().success()));
    assert_eq!(dict.get(&key("n")).unwrap(), Some(900));
}

/// SEMANTICS 8.6, items 36 and 37.
fn a_list_is_changed_where_it_is() {
    let manager = Manager::start().unwrap();
    let nested: ManagedList<Vec<i32>> = manager.list().unwrap();
    nested.push(&vec![1]).unwrap();
    nested.get(0).unwrap().push(9); // changes a copy
    assert_eq!(nested.update_with(0, append, 2).unwrap(), [1, 2]);
    assert_eq!(nested.to_vec().unwrap(), [[1, 2]]);
    let list: ManagedList<i64> = manager.list().unwrap();
    list.push(&0).unwrap();
    let child = || Process::spawn(adds_to_list, (list.clone(), 300)).unwrap();
    let children = [child(), child(), child()];
    children.iter().for_each(|child| assert!(child.join().unwrap().success()));
    assert_eq!(list.get(0).unwrap(), 900);
    assert!(matches!(list.update(0, fails), Err(ManagerError::Panicked(_))));
    assert_eq!(list.update(1, fails).unwrap_err(), ManagerError::OutOfRange { len: 1 });
    assert_eq!(list.to_vec().unwrap(), [900]);
}

fn an_update_that_panics_changes_nothing() {
    let manager = Manager::start().unwrap();
    let dict: Dict = manager.dict().unwrap();
    dict.set(&key("n"), &5).unwrap();
    let error = dict.update(&key("n"), fails).unwrap_err();
    assert!(matches!(&error, ManagerError::Panicked(words) if words.contains("as ordered")), "{error}");
    assert_eq!(dict.get(&key("n")).unwrap(), Some(5));
    assert!(matches!(dict.update(&key("n"), not_listed), Err(ManagerError::Unlisted(_))));
}

fn what_it_cannot_hold() {
    let manager = Manager::start().unwrap();
    let list: ManagedList<SharedArray<i32>> = manager.list().unwrap();
    let error = list.push(&SharedArray::new(1).unwrap()).unwrap_err();
    assert!(matches!(error, ManagerError::Unserializable(_)), "{error}");
    assert_eq!(list.len().unwrap(), 0);
}

/// On one connection the replies of parent and child would be mixed up.
fn a_forked_child_has_its_own_connection() {
    let manager = Manager::start().unwrap();
    let dict: Dict = manager.dict().unwrap();
    for number in 0..50 {
        dict.set(&number.to_string(), &number).unwrap();
    }
    let read_all = || (0..50).for_each(|n| assert_eq!(dict.get(&n.to_string()).unwrap(), Some(n)));
    let children: Vec<Process> =
        (0..4).map(|_| Process::fork(|| (0..10).for_each(|_| read_all())).unwrap()).collect();
    (0..10).for_each(|_| read_all());
    children.iter().for_each(|child| assert!(child.join().unwrap().success()));
}

fn a_manager_that_is_gone_says_so() {
    let manager = Manager::start().unwrap();
    let (known, fresh): (Dict, Dict) = (manager.dict().unwrap(), manager.dict().unwrap());
    known.set(&key("a"), &1).unwrap();
    send_signal(manager.pid(), Signal::KILL);
    soon("it ends", || !lives(manager.pid()));
    for dict in [&known, &known, &fresh, &fresh.clone()] {
        let error = dict.get(&key("a")).unwrap_err();
        assert!(error.is_gone(), "{error}");
    }
    assert!(manager.list::<i32>().unwrap_err().is_gone());
}

/// SEMANTICS 8.6, item 39: in Python that is a `FileNotFoundError`.
fn after_its_shutdown_it_says_so_too() {
    for is_dropped in [false, true] {
        let manager = Manager::start().unwrap();
        let (known, fresh): (Dict, Dict) = (manager.dict().unwrap(), manager.dict().unwrap());
        known.set(&key("a"), &1).unwrap();
        if is_dropped {
            drop(manager)
        } else {
            manager.shutdown().unwrap()
        }
        for dict in [known, fresh] {
            let error = dict.get(&key("a")).unwrap_err();
            assert!(error.is_gone() && error.to_string().contains("the manager is gone"), "{error}");
        }
    }
}

fn its_end_comes_with_its_parents() {
    let (pid, ready) = (SharedValue::new(0).unwrap(), ProcessEvent::new().unwrap());
    let parent = Process::spawn(has_a_manager, (pid.clone(), ready.clone())).unwrap();
    assert!(ready.wait_timeout(SOON));
    assert!(lives(pid.get()));
    parent.kill().unwrap();
    soon("the server ends", || !lives(pid.get()));
    let name = format!("netkit-manager-{}-", parent.pid());
    soon("nothing listens", || !fs::read_to_string("/proc/net/unix").unwrap().contains(&name));
}

fn long_values() {
    let manager = Manager::start().unwrap();
    let list: ManagedList<String> = manager.list().unwrap();
    for length in [0, 1, 4000, 4090, 5000, 3_000_000] {
        list.push(&"x".repeat(length)).unwrap();
        assert_eq!(list.get(list.len().unwrap() - 1).unwrap().len(), length);
    }
    assert_eq!(list.to_vec().unwrap().concat().len(), 3_013_091);
}
