//! Other crates' types as keys and in values, each under the feature of its crate's name.

use std::collections::HashSet;
use std::sync::LazyLock;

use bytes::{Bytes, BytesMut};
use cachekit::{CacheKey, Fingerprint, Runtime, Source, cached};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};
use uuid::Uuid;

use super::keys::{keys, runtime};
use super::runs;

fn utc(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 5).expect("a date")
}

fn offset(seconds: i64, hours: i32) -> DateTime<FixedOffset> {
    utc(seconds).with_timezone(&FixedOffset::east_opt(hours * 3600).expect("an offset"))
}

fn moment(seconds: i64, hours: i8) -> OffsetDateTime {
    let offset = UtcOffset::from_hms(hours, 0, 0).expect("an offset");
    OffsetDateTime::from_unix_timestamp(seconds).expect("a date").to_offset(offset)
}

fn day(day: u8) -> Date {
    Date::from_calendar_date(2024, Month::May, day).expect("a date")
}

#[derive(CacheKey)]
struct Order<'a> {
    id: Uuid,
    name: &'a SmolStr,
    at: Option<DateTime<Utc>>,
    body: Bytes,
}

fn order(id: u128, name: &SmolStr, body: Bytes) -> Order<'_> {
    Order { id: Uuid::from_u128(id), name, at: Some(utc(1)), body }
}

keys! {
    uuid: Uuid, Uuid::from_u128(1), "00000000-0000-0000-0000-000000000001".parse().unwrap(),
        [Uuid::nil(), Uuid::max()];
    bytes: (Bytes, &BytesMut), (Bytes::from_static(b"a"), &"b".into()),
        (Bytes::copy_from_slice(b"a"), &"b".into()), [(Bytes::new(), &"ab".into())];
    smol_str: SmolStr, "a".into(), SmolStr::new_static("a"), ["b".into()];
    chrono_dates: (DateTime<Utc>, TimeDelta), (utc(1), TimeDelta::seconds(-1)),
        (utc(1), TimeDelta::milliseconds(-1000)), [(utc(-1), TimeDelta::seconds(1))];
    /// D12: one instant, but what is told of it differs.
    chrono_offsets: DateTime<FixedOffset>, offset(1, 2), offset(1, 2), [offset(1, 3), offset(2, 2)];
    chrono_naive: (NaiveDate, NaiveTime, NaiveDateTime),
        (NaiveDate::MAX, NaiveTime::MIN, utc(0).naive_utc() - TimeDelta::nanoseconds(5)),
        (NaiveDate::MAX, NaiveTime::default(), NaiveDate::default().and_time(NaiveTime::MIN)),
        [(NaiveDate::MAX, NaiveTime::MIN, NaiveDateTime::MIN)];
    chrono_names: (chrono::Weekday, chrono::Month), (chrono::Weekday::Mon, chrono::Month::May),
        (chrono::Weekday::Sun.succ(), chrono::Month::June.pred()),
        [(chrono::Weekday::Tue, chrono::Month::May)];
    /// D12: one instant, but what is told of it differs.
    time_offsets: OffsetDateTime, moment(1, 2), moment(1, 2), [moment(1, 3), moment(2, 2)];
    time_dates: (Date, Time, PrimitiveDateTime, Duration),
        (day(1), Time::MIDNIGHT, PrimitiveDateTime::new(day(1), Time::MIDNIGHT), Duration::SECOND),
        (day(1), Time::MIDNIGHT, day(1).midnight(), Duration::milliseconds(1000)),
        [(day(2), Time::MIDNIGHT, day(1).midnight(), Duration::SECOND)];
    time_names: (time::Weekday, Month), (time::Weekday::Monday, Month::May),
        (time::Weekday::Sunday.next(), Month::June.previous()), [(time::Weekday::Monday, Month::June)];
    in_a_derive: Order<'_>, order(1, &"a".into(), Bytes::from_static(b"b")),
        order(1, &SmolStr::new("a"), "b".into()),
        [order(2, &"a".into(), "b".into()), order(1, &"b".into(), "a".into())];
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
struct Stored {
    id: Uuid,
    name: SmolStr,
    body: Bytes,
    at: DateTime<Utc>,
    there: DateTime<FixedOffset>,
    when: OffsetDateTime,
    dates: (NaiveDate, NaiveTime, NaiveDateTime, chrono::Weekday),
    spans: (TimeDelta, Duration),
    days: (Date, Time, UtcOffset, Month, time::Weekday),
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);

#[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
fn stored(n: i64) -> Stored {
    Stored {
        id: Uuid::from_u128(7),
        name: "a".into(),
        body: Bytes::from_static(&[0, 255]),
        at: utc(n),
        there: offset(n, 2),
        when: moment(n, 2),
        dates: (NaiveDate::default(), NaiveTime::MIN, utc(n).naive_utc(), chrono::Weekday::Mon),
        spans: (TimeDelta::seconds(n), Duration::SECOND),
        days: (day(2), Time::MIDNIGHT, UtcOffset::UTC, Month::May, time::Weekday::Monday),
    }
}

/// E2: they have fingerprints, and come back as they were.
#[test]
fn values_of_other_crates_types_come_back_as_they_were() {
    let computed = stored(1);
    let answer = stored::detailed(1);
    assert_eq!((answer.source, answer.value), (Source::L2, computed));
}
