//! # The upload server
//!
//! You will learn: to know where a file ends (its size is announced), to trust no name, and to leave
//! nothing of what did not arrive whole.
//! Run it: `mkdir /tmp/inbox; cargo run --bin lesson6 upload-server --dir /tmp/inbox`
//! Python: the documents' FTP server, whose first upload ends in a ValueError.
//! Try: `printf '../../etc/passwd|3\nabc' | nc 127.0.0.1 9999`; stop a large upload half way.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use netkit::cli::{Session, seconds};
use netkit::framing::printable;
use netkit::net::{Addr, Listen, Socket};
use netkit::server::{Fault, Handler, Server, Stream, Threading};
use netkit::upload::{Inbox, Stored, receive, receive_acknowledged};

use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// Where to listen: HOST:PORT, [::1]:PORT or unix:/path; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:9999")]
    addr: Addr,
    /// The folder that files go into
    #[arg(long)]
    dir: PathBuf,
    /// The largest file taken, in bytes
    #[arg(long, value_name = "BYTES", default_value = "2147483648")]
    max_size: u64,
    /// How messages are told apart: line, or ack as in the documents (kept to be seen failing)
    #[arg(long, value_name = "line|ack", value_enum, default_value = "line", hide_possible_values = true)]
    framing: Framing,
    /// How long a client may be silent
    #[arg(long, value_name = "SECS", default_value = "30", value_parser = seconds)]
    timeout: Duration,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Framing {
    Line,
    Ack,
}

struct Uploads {
    session: Session,
    inbox: Inbox,
    framing: Framing,
    timeout: Duration,
}

impl Handler<Socket> for Uploads {
    fn handle(&self, client: &mut Socket, peer: &Addr) -> io::Result<()> {
        client.set_timeout(Some(self.timeout))?;
        let told = |stored: &Stored| {
            let Stored { name, size } = stored;
            self.session.line(format!("stored {} ({size} bytes) from {peer}", printable(name.as_bytes())))
        };
        match self.framing {
            Framing::Line => receive(client, &self.inbox, told),
            Framing::Ack => receive_acknowledged(client, &self.inbox, told),
        }
    }

    fn handle_error(&self, peer: &Addr, fault: &Fault) {
        let error = io::Error::other(fault.to_string());
        self.session.warn(&text::UPLOAD_FAILED, &[("peer", peer)], &error);
    }
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let inbox = Inbox::new(&args.dir, args.max_size)
        .map_err(|error| session.failure(&text::CANNOT_STORE, &[("dir", &args.dir.display())], error))?;
    let handler = Uploads { session: session.clone(), inbox, framing: args.framing, timeout: args.timeout };
    let stop = session.stop_on_signals()?;
    let how = Listen { stop: Some(stop), trace: session.trace().clone(), ..Listen::default() };
    let mut server: Server<Stream, _, _> = Server::with(&args.addr, handler, Threading::default(), &how)
        .map_err(|error| session.failure(&text::CANNOT_LISTEN, &[("addr", &args.addr)], error))?;
    session.ready(server.server_address())?;
    server.serve_forever()?;
    let served = server.served();
    server.server_close();
    session.line(format!("stopped after {served} connections"))?;
    Ok(())
}
