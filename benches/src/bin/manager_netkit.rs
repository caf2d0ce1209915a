//! Reads and writes a managed dictionary.

use netkit::manager::{ManagedDict, Manager};
use netkit::{process, tasks};

fn main() -> anyhow::Result<()> {
    process::init(tasks![]);
    let work = benches::Work::from_arguments()?;
    let manager = Manager::start()?;
    let dict: ManagedDict<String, i64> = manager.dict()?;
    let key = "key".to_string();
    dict.set(&key, &0)?;
    for n in 0..work.count {
        match work.case.as_str() {
            "get" => anyhow::ensure!(dict.get(&key)? == Some(0), "another value"),
            _ => dict.set(&key, &n)?,
        }
    }
    Ok(manager.shutdown()?)
}
