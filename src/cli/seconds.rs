//! Durations on the command line.

use std::time::Duration;

/// A duration from text in seconds, for clap's `value_parser`: `5`, `0.2`.
///
/// # Errors
/// A sentence when it is no number, negative, zero (also once rounded to nanoseconds), or more than a day.
///
/// ```
/// use std::time::Duration;
/// use netkit::cli::seconds;
///
/// assert_eq!(seconds("0.2"), Ok(Duration::from_millis(200)));
/// assert!(seconds("-1").is_err());
/// assert!(seconds("0.0000000001").is_err());
/// ```
pub fn seconds(text: &str) -> Result<Duration, String> {
    const DAY: f64 = 86_400.0;
    let limit = text.parse().ok().filter(|seconds| *seconds > 0.0 && *seconds <= DAY);
    // A tenth of a nanosecond is rounded to zero, which elsewhere means "do not wait at all".
    let limit = limit.map(Duration::from_secs_f64).filter(|limit| !limit.is_zero());
    limit.ok_or_else(|| "write seconds, more than 0 and at most 86400, like 5 or 0.2".to_string())
}
