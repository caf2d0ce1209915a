//! The same tasks in processes at the other end of an ipc-channel each.

use std::env;
use std::process::{Child, Command};

use ipc_channel::ipc::{IpcOneShotServer, IpcReceiver, IpcSender, channel};
use serde::{Deserialize, Serialize};

/// Chunks on their way to one worker and back.
const WINDOW: usize = 32;

/// The ends that a worker gets.
#[derive(Serialize, Deserialize)]
struct Ends(IpcReceiver<Vec<i64>>, IpcSender<Vec<i64>>);

struct Worker {
    child: Child,
    tasks: IpcSender<Vec<i64>>,
    results: IpcReceiver<Vec<i64>>,
}

fn main() -> anyhow::Result<()> {
    if let Ok(name) = env::var("IPC_CHANNEL_WORKER") {
        return be_a_worker(name);
    }
    let work = benches::Work::from_arguments()?;
    let mut workers = Vec::new();
    for _ in 0..work.processes {
        workers.push(start()?);
    }
    let mut sum = 0;
    if work.case == "apply" {
        for n in 0..work.count {
            let worker = &workers[n as usize % workers.len()];
            worker.tasks.send(vec![n])?;
            sum += worker.results.recv()?.iter().sum::<i64>();
        }
    } else {
        let numbers: Vec<i64> = (0..work.count).collect();
        let mut under_way = 0;
        let mut received = 0;
        for (at, chunk) in numbers.chunks(work.chunk()).enumerate() {
            if under_way == WINDOW * workers.len() {
                sum += workers[received % workers.len()].results.recv()?.iter().sum::<i64>();
                received += 1;
                under_way -= 1;
            }
            workers[at % workers.len()].tasks.send(chunk.to_vec())?;
            under_way += 1;
        }
        for at in received..received + under_way {
            sum += workers[at % workers.len()].results.recv()?.iter().sum::<i64>();
        }
    }
    work.check_squares(sum)?;
    for Worker { mut child, tasks, results: _ } in workers {
        drop(tasks);
        child.wait()?;
    }
    Ok(())
}

fn start() -> anyhow::Result<Worker> {
    let (server, name) = IpcOneShotServer::<IpcSender<Ends>>::new()?;
    let child = Command::new(env::current_exe()?).env("IPC_CHANNEL_WORKER", name).spawn()?;
    let (_, start) = server.accept()?;
    let (tasks, their_tasks) = channel()?;
    let (their_results, results) = channel()?;
    start.send(Ends(their_tasks, their_results))?;
    Ok(Worker { child, tasks, results })
}

fn be_a_worker(name: String) -> anyhow::Result<()> {
    let (sender, receiver) = channel()?;
    IpcSender::connect(name)?.send(sender)?;
    let Ends(tasks, results) = receiver.recv()?;
    while let Ok(chunk) = tasks.recv() {
        results.send(chunk.iter().map(|n| n * n).collect())?;
    }
    Ok(())
}
