//! Dates and times of `time`: keys as the numbers that they are.

use time::{
    Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime, UtcOffset, Weekday,
};

foreign! {
    // The offset too, which `==` does not see and the body does.
    OffsetDateTime => (i128, i32), "time 0.3 offset", |date| {
        (date.unix_timestamp_nanos(), date.offset().whole_seconds())
    };
    UtcDateTime => i128, "time 0.3 utc", |date| date.unix_timestamp_nanos();
    PrimitiveDateTime => i128, "time 0.3 primitive", |date| {
        date.assume_utc().unix_timestamp_nanos()
    };
    Date => i32, "time 0.3 date", |date| date.to_julian_day();
    Time => (u8, u8, u8, u32), "time 0.3 time", |time| time.as_hms_nano();
    UtcOffset => i32, "time 0.3 fixed", |offset| offset.whole_seconds();
    Duration => (i64, i32), "time 0.3 duration", |span| {
        (span.whole_seconds(), span.subsec_nanoseconds())
    };
    Weekday => u8, "time 0.3 weekday", |day| day.number_days_from_monday();
    Month => u8, "time 0.3 month", |month| u8::from(*month);
}
