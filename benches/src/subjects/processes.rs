//! Lesson 8: processes, shared memory, pools, managers. The contenders work for themselves.

use anyhow::Result;

use crate::report::Table;
use crate::rounds::{Plan, Row};
use crate::work::{Worker, in_turn};

/// # Errors
/// The results cannot be written.
pub fn start(plan: &Plan) -> Result<()> {
    let mut workers = vec![Worker::program("bare", "start_bare"), Worker::program("netkit", "start_netkit")];
    workers.extend(Worker::python("CPython", "benches/peers/start.py"));
    let mut rows = in_turn(plan, "fork", ("fork", 1), &workers);
    rows.extend(in_turn(plan, "spawn", ("spawn", 1), &workers));
    Table {
        subject: "process-start",
        title: "start a process and join it (bare: fork(2); Command on itself with pipes)",
        unit: "µs of CPU per process",
        reference: &["bare"],
        rows,
    }
    .publish(plan)
}

/// # Errors
/// The results cannot be written.
pub fn shared_add(plan: &Plan) -> Result<()> {
    let bare = Worker::program("robust pthread mutex", "shared_robust");
    let ours = Worker::program("netkit with_lock", "shared_netkit");
    let mut locked = vec![bare, ours];
    locked.extend(Worker::python("CPython Value", "benches/peers/shared.py"));
    let atomic = [
        Worker::program("atomic by hand", "shared_robust"),
        Worker::program("netkit fetch_add", "shared_netkit"),
    ];
    let mut rows = in_turn(plan, "lock, 1 process", ("lock", 1), &locked);
    rows.extend(in_turn(plan, "lock, 2 processes", ("lock", 2), &locked));
    rows.extend(in_turn(plan, "atomic, 2 processes", ("atomic", 2), &atomic));
    Table {
        subject: "shared-add",
        title: "add 1 to a number that processes share",
        unit: "µs of CPU per addition",
        reference: &["robust pthread mutex", "atomic by hand"],
        rows,
    }
    .publish(plan)
}

/// # Errors
/// The results cannot be written.
pub fn manager(plan: &Plan) -> Result<()> {
    let mut workers = vec![
        Worker::program("bare unix round trip", "manager_unix"),
        Worker::program("netkit ManagedDict", "manager_netkit"),
    ];
    workers.extend(Worker::python("CPython Manager", "benches/peers/manager.py"));
    let mut rows = in_turn(plan, "get", ("get", 1), &workers);
    rows.extend(in_turn(plan, "set", ("set", 1), &workers));
    Table {
        subject: "manager",
        title: "a dictionary in a process of its own",
        unit: "µs of CPU per request",
        reference: &["bare unix round trip"],
        rows,
    }
    .publish(plan)
}

/// # Errors
/// The results cannot be written.
pub fn pool(plan: &Plan) -> Result<()> {
    let mut workers: Vec<Worker> = Worker::python("CPython", "benches/peers/pool.py").into_iter().collect();
    workers.extend([
        Worker::program("netkit", "pool_netkit"),
        Worker::program("ipc-channel", "pool_ipc_channel"),
        Worker::program("procspawn", "pool_procspawn"),
        Worker::program("bare socketpair", "pool_socketpair"),
        Worker::program("bare ring", "pool_ring"),
        Worker::program("rayon (threads)", "pool_rayon"),
    ]);
    let cases = [
        ("apply, 2 workers", ("apply", 2)),
        ("apply_async, 2 workers", ("apply_async", 2)),
        ("apply_async, 5 workers", ("apply_async", 5)),
        ("map, chunks of 1, 2 workers", ("map1", 2)),
        ("map, chunks of 64, 2 workers", ("map64", 2)),
    ];
    let rows: Vec<Row> =
        cases.into_iter().flat_map(|(case, work)| in_turn(plan, case, work, &workers)).collect();
    Table {
        subject: "pool",
        title: "square a number in another process",
        unit: "µs of CPU per task",
        reference: &["CPython", "bare socketpair"],
        rows,
    }
    .publish(plan)
}
