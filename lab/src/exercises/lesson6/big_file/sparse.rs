//! A file of gigabytes that takes no room.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use crate::subject::large_file;
use crate::{Failure, Trial};

/// A file on the disk, and what is in it: zeros, but for some bytes at some places.
#[derive(Debug)]
pub(super) struct Sparse {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    marks: Vec<(u64, Vec<u8>)>,
}

impl Sparse {
    /// Marks lie at both ends and at random places.
    pub(super) fn create(trial: &mut Trial, size: u64) -> Result<Sparse, Failure> {
        let path = trial.path("big.bin");
        let mut places: Vec<u64> = (0..10).map(|_| trial.random.next_number() % (size - 64)).collect();
        places.extend([0, size - 64]);
        places.sort_unstable();
        // One must not lie on another.
        places.dedup_by(|next, place| *next < *place + 64);
        let marks: Vec<_> = places.into_iter().map(|place| (place, trial.random.bytes(64))).collect();
        large_file(|| {
            let file = File::create(&path)?;
            file.set_len(size)?;
            marks.iter().try_for_each(|(place, bytes)| file.write_all_at(bytes, *place))
        })?;
        Ok(Sparse { path, size, marks })
    }

    /// What is there at this place.
    pub(super) fn bytes(&self, at: u64, count: usize) -> Vec<u8> {
        let mut found = vec![0; count];
        for (place, mark) in &self.marks {
            let begin = (*place).max(at);
            let end = (place + mark.len() as u64).min(at + count as u64);
            if begin < end {
                let source = &mark[(begin - place) as usize..(end - place) as usize];
                found[(begin - at) as usize..(end - at) as usize].copy_from_slice(source);
            }
        }
        found
    }
}
