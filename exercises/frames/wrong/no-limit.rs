//! caught by: limit
//! says: over the limit of 65536
//! The mistake: it believes whatever length it is told.

use std::io::{self, Read};
use std::process::ExitCode;

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
    // At the end of the input it has fewer than four bytes: none, or a part of the length.
    let mut prefix = Vec::new();
    input.by_ref().take(4).read_to_end(&mut prefix)?;
    if prefix.is_empty() {
        return Ok(None);
    }
    let Ok(prefix) = <[u8; 4]>::try_from(prefix) else {
        return Err(io::Error::other("the input ends within the length of a frame"));
    };
    let length = u32::from_be_bytes(prefix);
    let mut frame = vec![0; length as usize];
    input.read_exact(&mut frame).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => io::Error::other("the input ends within a frame"),
        _ => error,
    })?;
    Ok(Some(frame))
}
