//! Durations on the command line.

use std::time::Duration;

/// A duration from text in seconds, for clap's `value_parser`: `5`, `0.2`.
///
/// # Errors
/// A sentence when it is no number, negative, zero, or more than a day.
///
/// ```
/// use std::time::Duration;
/// use netkit::cli::seconds;
///
/// assert_eq!(seconds("0.2"), Ok(Duration::from_millis(200)));
/// assert!(seconds("-1").is_err());
/// ```
pub fn seconds(text: &str) -> Result<Duration, String> {
    const DAY: f64 = 86_400.0;
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= DAY => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("write seconds, more than 0 and at most 86400, like 5 or 0.2".to_string()),
    }
}
