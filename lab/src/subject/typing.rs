//! The subject's stdin: typing on it, in pieces that it really meets apart, and its end.

use std::io::{self, Write};
use std::sync::PoisonError;
use std::time::Duration;

use rustix::io::ioctl_fionread;

use super::Subject;
use crate::{Deadline, Failure, measure_for, until};

/// Long enough for a program to start on a busy machine.
const A_MOMENT: Duration = Duration::from_secs(2);

impl Subject {
    /// Types `bytes` on the subject's stdin.
    ///
    /// # Errors
    /// When the subject has closed it, or its pipe is full and not read before the deadline.
    pub fn type_in(&self, mut bytes: &[u8], deadline: Deadline) -> Result<(), Failure> {
        let mut stdin = self.stdin.lock().unwrap_or_else(PoisonError::into_inner);
        let pipe = stdin.as_mut().ok_or_else(|| Failure::new("the subject's stdin is closed"))?;
        while !bytes.is_empty() {
            match pipe.write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                // There is no message for "it has read a little": look again.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && !deadline.passed() => {
                    measure_for(Duration::from_millis(2));
                }
                Err(error) => {
                    let failure = Failure::new(format!("the program no longer reads its stdin: {error}"));
                    return Err(self.explain(failure.sent(bytes)));
                }
            }
        }
        Ok(())
    }

    /// Ends the subject's stdin: it reads EOF.
    pub fn end_stdin(&self) {
        self.stdin.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

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
