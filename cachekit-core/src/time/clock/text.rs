//! Times as people write and read them; the only importer of humantime.

use std::time::{Duration, SystemTime};

/// A date as RFC 3339, to the millisecond, in UTC.
pub(crate) fn date(at: SystemTime) -> String {
    humantime::format_rfc3339_millis(at).to_string()
}

/// A duration as `ttl` takes it: whole seconds, or a number with its unit.
///
/// # Errors
///
/// A sentence that says what may be written.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let told = "write whole seconds, or a number with its unit such as \"500ms\" or \"5m\"";
    // `M` is a month to some, and a minute to others.
    let read = if text.contains('M') { None } else { humantime::parse_duration(text).ok() };
    read.ok_or_else(|| told.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_rfc_3339_to_the_millisecond() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
        assert_eq!(date(at), "2023-11-14T22:13:20.123Z");
    }

    #[test]
    fn seconds_need_no_unit_and_everything_else_does() {
        assert_eq!(duration("300"), Ok(Duration::from_secs(300)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("5m"), Ok(Duration::from_secs(300)));
        assert!(duration("1M").is_err());
        assert!(duration("1.5").is_err() && duration("").is_err() && duration("-1s").is_err());
    }
}
