//! # The upload client
//!
//! You will learn: to send a file of any size with little memory, and to believe the server only when
//! its digest is ours.
//! Run it: `cargo run --bin lesson6 upload Cargo.lock` (the upload server runs in another terminal).
//! Python: the documents' FTP client, which ends with a NameError.
//! Try: several files at once; a file of 1 GiB (`truncate -s 1G /tmp/big`).

use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use netkit::cli::{Session, seconds};
use netkit::net::{Addr, Connect, connect};
use netkit::upload::{send, send_acknowledged};

use crate::text;
use crate::upload_server::Framing;

#[derive(clap::Args)]
pub struct Args {
    /// The files to send
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The server: HOST:PORT, [::1]:PORT or unix:/path
    #[arg(long, default_value = "127.0.0.1:9999")]
    addr: Addr,
    /// How messages are told apart: line, or ack as in the documents
    #[arg(long, value_name = "line|ack", value_enum, default_value = "line", hide_possible_values = true)]
    framing: Framing,
    /// The limit for connect and for each send and answer
    #[arg(long, value_name = "SECS", default_value = "30", value_parser = seconds)]
    timeout: Duration,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let how = Connect { timeout: Some(args.timeout), trace: session.trace().clone() };
    let server = connect(&args.addr, &how)
        .map_err(|error| session.failure(&text::CANNOT_CONNECT, &[("addr", &args.addr)], error))?;
    for file in &args.files {
        let name = file.file_name().map(|name| name.display().to_string()).unwrap_or_default();
        // A terminal sees the bar on stderr; a pipe sees nothing but the result.
        let bar = progress(file, &name);
        let told = |bytes| bar.inc(bytes);
        let sent = match args.framing {
            Framing::Line => send(&server, file, told),
            Framing::Ack => send_acknowledged(&server, file, told),
        };
        bar.finish_and_clear();
        sent.map_err(|error| session.failure(&text::CANNOT_UPLOAD, &[("file", &file.display())], error))?;
        session.line(format!("{name}: ok"))?;
    }
    server.close();
    Ok(())
}

fn progress(file: &PathBuf, name: &str) -> ProgressBar {
    let size = std::fs::metadata(file).map(|file| file.len()).unwrap_or(0);
    let bar = ProgressBar::new(size).with_message(name.to_string());
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
