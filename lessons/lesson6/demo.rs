//! # The demo
//!
//! You will learn: the steps of a request in each way of running it; a file on its way, call by
//! call; what becomes of messages in a stream without framing.
//! Run it: `cargo run --bin lesson6`
//! Python: `python3 lessons/lesson6/original.py server`, `upload-server` and `upload`.
//! Try: `lesson6 anatomy`, `lesson6 sticky`, and an upload of your own.

use std::fs;

use netkit::cli::{Note, Session, Stage};

use crate::text::demo as text;
use crate::{anatomy, sticky};

const NOTES: &[Note] = &[
    Note { actor: "client", call: "send(", why: text::HEADER },
    Note { actor: "server", call: "send(", why: text::READY },
    Note { actor: "server", call: "> stored", why: text::RENAMED },
];

pub fn run(session: &Session) -> anyhow::Result<()> {
    anatomy::run(session)?;

    session.say(&text::UPLOAD, &[])?;
    let folder = Folder::make()?;
    let (inbox, file) = (folder.0.join("inbox"), folder.0.join("名字 a|b"));
    fs::create_dir(&inbox)?;
    fs::write(&file, "hello")?;
    let (inbox, file) = (inbox.display().to_string(), file.display().to_string());
    let mut stage = Stage::new(session);
    let addr = stage.start("server", &["upload-server", "--addr", "127.0.0.1:0", "--dir", &inbox])?;
    stage.run("client", &["upload", "--addr", &addr, &file], "")?;
    stage.show(NOTES)?;

    session.say(&text::STICKY, &[])?;
    sticky::run(session)?;
    session.say(&text::NEXT, &[])?;
    Ok(())
}

/// A folder of our own that goes when the demo ends.
struct Folder(std::path::PathBuf);

impl Folder {
    fn make() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("lesson6-demo-{}", std::process::id()));
        fs::create_dir(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
