//! caught by: every-split
//! says: fails when cut after byte 1
//! The mistake: `read` gives what is there. That may be one byte of the four.

use std::io::{self, Read};
use std::process::ExitCode;

/// The longest frame that is taken.
const LIMIT: u32 = 65_536;

fn main() -> ExitCode {
    match print_frames(&mut io::stdin().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("frames: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print_frames(input: &mut impl Read) -> io::Result<()> {
    while let Some(frame) = next_frame(input)? {
        let digits: String = frame.iter().map(|byte| format!("{byte:02x}")).collect();
        println!("{}:{digits}", frame.len());
    }
    Ok(())
}

/// The next frame, or none at the end of the input.
fn next_frame(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut prefix = [0; 4];
    if input.read(&mut prefix)? == 0 {
        return Ok(None);
    }
    let length = u32::from_be_bytes(prefix);
    // Before there is room for it: four bytes of a stranger must not cost four gigabytes.
    if length > LIMIT {
        return Err(io::Error::other(format!("a frame of {length} bytes, and {LIMIT} is the limit")));
    }
    let mut frame = vec![0; length as usize];
    input.read_exact(&mut frame).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => io::Error::other("the input ends within a frame"),
        _ => error,
    })?;
    Ok(Some(frame))
}
