//! Functions that another process can be asked to run.

use std::any::{TypeId, type_name};
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ending;
use super::parcel::{append, take};

/// An ordinary function that can run in another process: it is listed with [`tasks!`](crate::tasks),
/// and its arguments and its result can be serialised.
///
/// - A function without captured variables: a closure that holds some has no place to find them
///   there. That is refused when the program is compiled.
/// - Arguments are given as one value: nothing as `()`, one as itself, several as a tuple.
/// - References cannot travel: take `String`, not `&str`.
///
/// ```compile_fail,E0080
/// let factor = 3;
/// let scale = move |n: i32| n * factor;
/// netkit::process::init(netkit::tasks![scale]); // a task is a function by its name
/// ```
///
/// You never implement it; every such function of up to six arguments has it already. `M` is only
/// there to tell functions of different shapes apart.
pub trait Task<M>: Copy + Send + Sync + 'static {
    /// All arguments as one value.
    type Args: Serialize + DeserializeOwned;
    /// What it returns.
    type Output: Serialize + DeserializeOwned;
    /// Calls it here.
    fn call(self, args: Self::Args) -> Self::Output;
}

macro_rules! task {
    ($args:ty, [$($kind:ident $name:ident)*], $pattern:pat) => {
        impl<F, R $(, $kind)*> Task<fn($($kind),*) -> R> for F
        where
            F: Fn($($kind),*) -> R + Copy + Send + Sync + 'static,
            R: Serialize + DeserializeOwned,
            $args: Serialize + DeserializeOwned,
        {
            type Args = $args;
            type Output = R;
            fn call(self, $pattern: $args) -> R {
                self($($name),*)
            }
        }
    };
}
task!((), [], ());
task!(A, [A a], a);
task!((A, B), [A a B b], (a, b));
task!((A, B, C), [A a B b C c], (a, b, c));
task!((A, B, C, D), [A a B b C c D d], (a, b, c, d));
task!((A, B, C, D, E), [A a B b C c D d E e], (a, b, c, d, e));
task!((A, B, C, D, E, G), [A a B b C c D d E e G g], (a, b, c, d, e, g));

/// The functions that other processes of this program can be asked to run, in order. Made by
/// [`tasks!`](crate::tasks), used by [`init`](super::init).
///
/// A function's number in the list is its name between processes. Both sides count alike because
/// both are the same executable file.
#[derive(Default)]
pub struct Tasks {
    list: Vec<Entry>,
}

struct Entry {
    id: TypeId,
    name: &'static str,
    run: Box<Run>,
}

/// Takes the arguments from the front of the input, calls the function, appends its result.
pub(crate) type Run = dyn Fn(&mut &[u8], &mut Vec<u8>) -> Result<(), Fault> + Send + Sync;

/// Why a task has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Its arguments cannot be read.
    BadArguments(String),
    /// Its result cannot be serialised.
    BadResult(String),
    /// It panicked: where and with what message.
    Panicked(String),
}

impl Tasks {
    /// An empty list.
    pub fn new() -> Self {
        Tasks::default()
    }

    /// The list with one more function. One that is in it already stays where it is.
    #[must_use]
    pub fn with<F: Task<M>, M: 'static>(mut self, task: F) -> Self {
        const {
            assert!(
                size_of::<F>() == 0,
                "a task is a function by its name: neither a function pointer nor a closure with variables \
                 means anything in another process"
            );
        }
        if self.number_of(TypeId::of::<F>()).is_none() {
            let run: Box<Run> = Box::new(move |input, output| {
                // A type of one's own may panic when it is read or written, too.
                let args = match catch_unwind(AssertUnwindSafe(|| take::<F::Args>(input))) {
                    Ok(args) => args.map_err(|why| why.to_string()),
                    Err(panic) => Err(ending::words_of(panic)),
                };
                let args = args.map_err(|why| Fault::BadArguments(format!("its arguments: {why}")))?;
                let work = || {
                    let value = task.call(args);
                    append(&value, output).map_err(|why| Fault::BadResult(format!("its result: {why}")))
                };
                catch_unwind(AssertUnwindSafe(work))
                    .unwrap_or_else(|panic| Err(Fault::Panicked(ending::words_of(panic))))
            });
            self.list.push(Entry { id: TypeId::of::<F>(), name: type_name::<F>(), run });
        }
        self
    }

    fn number_of(&self, id: TypeId) -> Option<u32> {
        self.list.iter().position(|entry| entry.id == id).map(|at| at as u32)
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list.iter().map(|entry| entry.name)).finish()
    }
}

/// The list of this program. Written once, by `init`, before anything reads it: every process of the
/// program, parent or child, needs the same one, and `main` has nobody to hand it to.
static TASKS: OnceLock<Tasks> = OnceLock::new();

/// Makes `tasks` the list of this program; a second list is refused.
pub(super) fn publish(tasks: Tasks) -> &'static Tasks {
    TASKS.get_or_init(|| tasks)
}

/// The number of a function.
///
/// # Errors
/// `NotFound`: it is not in the list, or there is no list.
pub(crate) fn number_of<F: Task<M>, M>() -> io::Result<u32> {
    let name = type_name::<F>();
    let found = TASKS.get().map(|tasks| tasks.number_of(TypeId::of::<F>()));
    let why = match found {
        Some(Some(number)) => return Ok(number),
        Some(None) => format!(
            "{name} is not in the list of tasks: add it to process::init(tasks![...]), the first line of main"
        ),
        None => format!("{name} cannot run elsewhere: main has to begin with process::init(tasks![...])"),
    };
    Err(io::Error::new(io::ErrorKind::NotFound, why))
}

/// The name of a task for messages.
pub(crate) fn name_of(number: u32) -> &'static str {
    let entry = TASKS.get().and_then(|tasks| tasks.list.get(number as usize));
    entry.map_or("an unknown task", |entry| entry.name)
}

/// Runs a task here: its arguments are taken from the front of `input`, its result is appended to
/// `output`. A panic in it is caught.
pub(crate) fn run(number: u32, input: &mut &[u8], output: &mut Vec<u8>) -> Result<(), Fault> {
    runner(number)?(input, output)
}

/// What [`run`] runs, for those who do it often.
pub(crate) fn runner(number: u32) -> Result<&'static Run, Fault> {
    let entry = TASKS.get().and_then(|tasks| tasks.list.get(number as usize));
    let unknown = || Fault::BadArguments(format!("there is no task number {number}"));
    Ok(&entry.ok_or_else(unknown)?.run)
}
