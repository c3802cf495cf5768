//! Dates and times of `chrono`: keys as the numbers that they are.

use chrono::{
    DateTime, Datelike, FixedOffset, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta,
    Timelike, Utc, Weekday,
};

foreign! {
    DateTime<Utc> => (i64, u32), "chrono 0.4 utc", |date| {
        (date.timestamp(), date.timestamp_subsec_nanos())
    };
    // The offset too, which `==` does not see and the body does.
    DateTime<FixedOffset> => (i64, u32, i32), "chrono 0.4 offset", |date| {
        (date.timestamp(), date.timestamp_subsec_nanos(), date.offset().local_minus_utc())
    };
    FixedOffset => i32, "chrono 0.4 fixed", |offset| offset.local_minus_utc();
    NaiveDate => i32, "chrono 0.4 date", |date| date.num_days_from_ce();
    NaiveTime => (u32, u32), "chrono 0.4 time", |time| {
        (time.num_seconds_from_midnight(), time.nanosecond())
    };
    NaiveDateTime => (i64, u32), "chrono 0.4 naive", |date| {
        (date.and_utc().timestamp(), date.and_utc().timestamp_subsec_nanos())
    };
    TimeDelta => (i64, i32), "chrono 0.4 delta", |span| (span.num_seconds(), span.subsec_nanos());
    Weekday => u32, "chrono 0.4 weekday", |day| day.num_days_from_monday();
    Month => u32, "chrono 0.4 month", |month| month.number_from_month();
}
