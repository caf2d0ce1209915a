//! Takes uploads with netkit's `receive_unchecked`: all of lesson 6's rules about names, space and
//! unfinished files, and its time limit, without the digest.

use std::path::PathBuf;
use std::time::Duration;

use netkit::net::{Addr, Listen, Listener};
use netkit::upload::{Inbox, receive_unchecked};

fn main() -> anyhow::Result<()> {
    let folder = PathBuf::from(benches::argument("--dir").unwrap_or_default());
    let inbox = Inbox::new(&folder, 2 << 30)?;
    let addr: Addr = benches::addr_argument()?.to_string().parse()?;
    let listener = Listener::bind(&addr, &Listen::default())?;
    benches::ready(listener.addr())?;
    while let Some((mut client, _)) = listener.accept()? {
        client.set_timeout(Some(Duration::from_secs(30)))?;
        receive_unchecked(&client, &inbox, |_| Ok(()))?;
    }
    Ok(())
}
