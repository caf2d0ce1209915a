//! Typing in pieces that a program really meets apart.

use std::sync::PoisonError;
use std::time::Duration;

use rustix::io::ioctl_fionread;

use super::Subject;
use crate::{Deadline, Failure, until};

/// Long enough for a program to start on a busy machine.
const A_MOMENT: Duration = Duration::from_secs(2);

impl Subject {
    /// Types the pieces one by one, each after the program has read the one before.
    ///
    /// A program that does not read (it may have heard enough) is not waited for longer than a moment, once.
    ///
    /// # Errors
    /// As [`type_in`](Subject::type_in).
    pub fn type_pieces<'a>(
        &self,
        pieces: impl IntoIterator<Item = &'a [u8]>,
        deadline: Deadline,
    ) -> Result<(), Failure> {
        let mut reads = true;
        for (number, piece) in pieces.into_iter().enumerate() {
            reads = reads && (number == 0 || self.wait_until_read(deadline));
            self.type_in(piece, deadline)?;
        }
        Ok(())
    }

    /// Waits a moment until everything typed so far was read; says whether it was.
    fn wait_until_read(&self, deadline: Deadline) -> bool {
        let unread = || {
            let stdin = self.stdin.lock().unwrap_or_else(PoisonError::into_inner);
            // The writing end of a pipe knows what lies in it, too.
            stdin.as_ref().and_then(|pipe| ioctl_fionread(pipe).ok()).unwrap_or(0)
        };
        until(deadline.at_most(A_MOMENT), || unread() == 0 || !self.is_alive())
    }
}
