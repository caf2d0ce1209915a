//! frames: read messages behind their length. The task is in README.md; `cargo lab check frames` looks at it.

use std::io::{self, Read};

/// The longest frame that is taken.
const LIMIT: u32 = 65_536;

fn main() -> io::Result<()> {
    let mut input = io::stdin().lock();
    while let Some(frame) = next_frame(&mut input)? {
        let digits: String = frame.iter().map(|byte| format!("{byte:02x}")).collect();
        println!("{}:{digits}", frame.len());
    }
    Ok(())
}

/// The next frame, or none at the end of the input.
fn next_frame(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut prefix = [0; 4];
    // TODO: read gives what is there, perhaps less than four bytes. And where may the input end, and where not?
    if input.read(&mut prefix)? == 0 {
        return Ok(None);
    }
    // TODO: four bytes are the length, unsigned and big-endian. How long may a frame be?
    let length = u32::from(prefix[3]).min(LIMIT);
    let mut frame = vec![0; length as usize];
    input.read_exact(&mut frame)?;
    Ok(Some(frame))
}
