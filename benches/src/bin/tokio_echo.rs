//! Echo on tokio, one thread, a task for each client.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Bytes taken with one read: a buffer for each client, so less than lesson 5's one for all.
const PIECE: usize = 4 * 1024;

// ANCHOR: server
fn main() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(benches::addr_argument()?).await?;
        benches::ready(listener.local_addr()?)?;
        loop {
            // An error of accept is a client that has gone again.
            let Ok((client, _)) = listener.accept().await else { continue };
            tokio::spawn(echo(client));
        }
    })
}

async fn echo(mut client: TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; PIECE];
    loop {
        match client.read(&mut buffer).await? {
            0 => return Ok(()),
            received => client.write_all(&buffer[..received]).await?,
        }
    }
}
// ANCHOR_END: server
