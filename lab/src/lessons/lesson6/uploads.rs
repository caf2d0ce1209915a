//! One upload and what comes of it, for the checks of the upload server.

use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::{Failure, Peer, Server, Trial, until};

/// What the file beside the inbox holds; no upload may change it.
const CANARY: &[u8] = b"I am not yours.";

/// The folder that the server writes to, alone in the trial's own folder but for a canary beside it.
#[derive(Debug)]
pub(crate) struct Inbox {
    folder: PathBuf,
    canary: PathBuf,
}

/// Makes the folder, and gives it to every start of the server from now on.
pub(crate) fn prepare(trial: &mut Trial) -> Result<Inbox, Failure> {
    let inbox = Inbox { folder: trial.path("inbox"), canary: trial.path("canary") };
    fs::create_dir(&inbox.folder)?;
    fs::write(&inbox.canary, CANARY)?;
    trial.always(["--dir".to_owned(), inbox.folder.display().to_string()]);
    Ok(inbox)
}

/// The same, and the server.
pub(crate) fn open(trial: &mut Trial, extra: &[&str]) -> Result<(Inbox, Server), Failure> {
    let inbox = prepare(trial)?;
    let server = trial.serve(extra)?;
    Ok((inbox, server))
}

impl Inbox {
    /// Where the canary is, as a hostile name.
    pub(crate) fn canary(&self) -> String {
        self.canary.display().to_string()
    }

    /// What the file of this name holds.
    pub(crate) fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.folder.join(name)).ok()
    }

    /// Puts a file there before the upload.
    pub(crate) fn put(&self, name: &str, content: &[u8]) -> Result<(), Failure> {
        Ok(fs::write(self.folder.join(name), content)?)
    }

    /// Expects the file of this name with exactly this content.
    pub(crate) fn expect(&self, name: &str, content: &[u8]) -> Result<(), Failure> {
        match self.read(name) {
            None => Err(Failure::new(format!(
                "`ok` was answered, but there is no file `{name}`; there are {:?}",
                self.names()
            ))),
            Some(found) if found == content => Ok(()),
            Some(found) => {
                let why = format!("the file `{name}` holds something else than was sent");
                Err(Failure::new(why).compared(&found, content))
            }
        }
    }

    /// The names in the folder, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().filter_map(Result::ok);
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Expects that soon these files are there and no others, and that the canary is as it was.
    pub(crate) fn expect_only(&self, server: &Server, names: &[&str], when: &str) -> Result<(), Failure> {
        let mut expected = names.to_vec();
        expected.sort_unstable();
        let cpu_before = server.subject.cpu_time();
        if !until(server.deadline(), || self.names() == expected) {
            let found: Vec<String> =
                self.names().into_iter().filter(|name| !expected.contains(&name.as_str())).collect();
            let why = match found.is_empty() {
                true => format!("{when}: of the files {expected:?} only {:?} are there", self.names()),
                false => format!("{when}: {found:?} should not be in the folder"),
            };
            return Err(server.subject.explain_wait(Failure::new(why), cpu_before));
        }
        self.expect_canary(when)
    }

    /// Expects that nobody has touched the file beside the folder, or put another one there.
    pub(crate) fn expect_canary(&self, when: &str) -> Result<(), Failure> {
        let found = fs::read(&self.canary).unwrap_or_default();
        if found != CANARY {
            let why =
                format!("{when}: a file outside of the folder was written to. A name from a peer is no path");
            return Err(Failure::new(why).compared(&found, CANARY));
        }
        Ok(())
    }
}

/// The line before the content.
pub(crate) fn header(name: &str, size: usize) -> Vec<u8> {
    format!("{name}|{size}\n").into_bytes()
}

/// The line behind it.
pub(crate) fn confirmation(content: &[u8]) -> Vec<u8> {
    format!("ok {:x}\n", Sha256::digest(content)).into_bytes()
}

/// Announces a file and waits for `ready`.
pub(crate) fn announce(peer: &mut Peer, name: &str, size: usize) -> Result<(), Failure> {
    peer.send(&header(name, size))?;
    peer.expect(b"ready\n").map_err(|failure| failure.when(format!("`{name}|{size}` was announced")))
}

/// Sends one file the polite way and waits for its digest.
pub(crate) fn upload(peer: &mut Peer, name: &str, content: &[u8]) -> Result<(), Failure> {
    announce(peer, name, content.len())?;
    peer.send(content)?;
    let confirmed = peer.expect(&confirmation(content));
    confirmed.map_err(|failure| failure.when(format!("the {} bytes of `{name}` were sent", content.len())))
}

/// One whole right conversation.
pub(crate) fn talk(mut peer: Peer) -> Result<(), Failure> {
    upload(&mut peer, "hello.txt", b"Hello, World")?;
    peer.half_close();
    peer.expect_eof()
}

/// Expects one line that begins with `error: `, and nothing behind it.
pub(crate) fn expect_error(peer: &mut Peer, why: &str) -> Result<(), Failure> {
    let mut line = Vec::new();
    while !line.contains(&b'\n') && line.len() < 4096 {
        match peer.read_some().map_err(|failure| failure.when(why))? {
            bytes if bytes.is_empty() => {
                return Err(Failure::new(format!(
                    "{why}: the server hung up; a refusal is one line, and the \
                                                 connection goes on"
                ))
                .received(&line));
            }
            bytes => line.extend(bytes),
        }
    }
    if line.starts_with(b"error: ")
        && line.len() > 8
        && line.iter().position(|&byte| byte == b'\n') == Some(line.len() - 1)
    {
        return Ok(());
    }
    Err(Failure::new(format!("{why}: the answer should be one line `error: WHY`")).received(&line))
}
