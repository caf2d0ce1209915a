//! mdBook's log, as values. mdBook warns and goes on; we stop.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Runs `work`; each warning and error that is logged meanwhile by this
/// thread is added to `messages`.
pub(super) fn collect<T>(messages: &mut Vec<String>, work: impl FnOnce() -> T) -> T {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let outcome = tracing::subscriber::with_default(Collector(Arc::clone(&seen)), work);
    messages.append(&mut seen.lock().unwrap_or_else(PoisonError::into_inner));
    outcome
}

/// Keeps the text of warnings and errors; spans mean nothing to it.
struct Collector(Arc<Mutex<Vec<String>>>);

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // In tracing's order a graver level is a smaller one.
        *metadata.level() <= Level::WARN
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = Text(String::from("mdBook: "));
        event.record(&mut text);
        let mut messages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        messages.push(text.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The message of an event, without its other fields.
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            // Writing to a String does not fail.
            let _ = write!(self.0, "{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_and_errors_are_kept_and_the_rest_is_not() {
        let mut messages = Vec::new();
        let outcome = collect(&mut messages, || {
            tracing::info!("building");
            tracing::warn!("unclosed tag {}", 7);
            tracing::error!("no such file");
            5
        });
        assert_eq!(outcome, 5);
        assert_eq!(messages, ["mdBook: unclosed tag 7", "mdBook: no such file"]);
    }
}
