//! One large file in lesson 6's framing.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use super::{Done, PATIENCE};

/// Bytes sent with one call.
const PIECE: usize = 256 * 1024;

/// A file made of one piece again and again, and its digest.
pub struct Content {
    piece: Vec<u8>,
    pieces: u64,
    digest: String,
}

impl Content {
    /// `pieces` × 256 KiB of bytes that do not repeat within a piece.
    pub fn new(pieces: u64) -> Self {
        // xorshift64: nothing that a copy could take a short cut with.
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let words = (0..PIECE / 8).flat_map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        });
        let piece: Vec<u8> = words.collect();
        let mut hash = Sha256::new();
        (0..pieces).for_each(|_| hash.update(&piece));
        let digest = format!("{:x}", hash.finalize());
        Content { piece, pieces, digest }
    }

    pub fn size(&self) -> u64 {
        self.pieces * PIECE as u64
    }

    /// Sends it as `name`, waits for the `ok`, then compares what stands in `folder` and removes it.
    /// The time is that of sending, until the `ok`.
    ///
    /// # Errors
    /// The server refuses, stops reading, or has stored something else.
    pub fn send(&self, addr: SocketAddr, folder: &Path, name: &str) -> Result<Done> {
        let mut stream = TcpStream::connect(addr)?;
        stream.set_read_timeout(Some(PATIENCE * 6))?;
        stream.set_write_timeout(Some(PATIENCE * 6))?;
        let mut answers = BufReader::new(stream.try_clone()?);
        let begun = Instant::now();
        stream.write_all(format!("{name}|{}\n", self.size()).as_bytes())?;
        let mut line = String::new();
        answers.read_line(&mut line)?;
        ensure!(line == "ready\n", "the server answers {line:?} to the header");
        for _ in 0..self.pieces {
            stream.write_all(&self.piece)?;
        }
        line.clear();
        answers.read_line(&mut line)?;
        let time = begun.elapsed();
        // Who does not hash says only ok.
        let right = [format!("ok {}\n", self.digest), "ok\n".to_string()];
        ensure!(right.contains(&line), "the server answers {line:?} to the content");
        self.compare(&folder.join(name))?;
        Ok(Done { count: 1, time })
    }

    fn compare(&self, path: &Path) -> Result<()> {
        let mut file = File::open(path).with_context(|| format!("{} was not stored", path.display()))?;
        let mut piece = vec![0; PIECE];
        for number in 0..self.pieces {
            file.read_exact(&mut piece)?;
            if piece != self.piece {
                bail!("piece {number} of {} is not what was sent", path.display());
            }
        }
        ensure!(file.read(&mut piece)? == 0, "{} is too long", path.display());
        Ok(std::fs::remove_file(path)?)
    }
}
