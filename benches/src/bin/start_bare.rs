//! Starts children as directly as can be: fork(2), or `Command` on this program with pipes.

use std::env;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use netkit::sys::{Fork, exit_child, fork};
use rustix::process::{WaitOptions, waitpid};

fn main() -> anyhow::Result<()> {
    if env::var_os("BARE_CHILD").is_some() {
        std::io::copy(&mut std::io::stdin().lock(), &mut std::io::stdout().lock())?;
        return Ok(());
    }
    let work = benches::Work::from_arguments()?;
    for _ in 0..work.count {
        match work.case.as_str() {
            "fork" => match fork()? {
                Fork::Child => exit_child(0),
                Fork::Parent(pid) => drop(waitpid(Some(pid), WaitOptions::empty())?),
            },
            _ => {
                let mut command = Command::new("/proc/self/exe");
                command.env("BARE_CHILD", "").stdin(Stdio::piped()).stdout(Stdio::piped());
                let mut child = command.spawn()?;
                if let (Some(mut input), Some(mut output)) = (child.stdin.take(), child.stdout.take()) {
                    input.write_all(b"x")?;
                    drop(input);
                    output.read_to_end(&mut Vec::new())?;
                }
                anyhow::ensure!(child.wait()?.success(), "a child failed");
            }
        }
    }
    Ok(())
}
