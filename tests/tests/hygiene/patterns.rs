//! Parameters that are taken apart where they stand, called, keyed and left out.

use std::fmt;

use cachekit::{Source, cached};

use super::runs;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Point {
    x: u32,
    y: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Name(String);

/// The names of our own are not those of the user's, whatever these are called.
#[cached]
fn tuple((a, b): (u32, u32), argument_0: u32) -> u32 {
    runs::note("tuple");
    a * 100 + b * 10 + argument_0
}

#[cached]
#[expect(
    clippy::needless_pass_by_value,
    clippy::toplevel_ref_arg,
    clippy::trivially_copy_pass_by_ref,
    reason = "each is a form of its own"
)]
fn taken_apart(
    Point { x, y: mut height }: Point,
    Name(name): Name,
    &number: &u32,
    [first, .., last]: [u8; 3],
    whole @ (left, (mut right, _)): (u8, (u8, u8)),
    ref text: String,
) -> String {
    runs::note("taken apart");
    height += 1;
    right += 1;
    format!("{x} {height} {name} {number} {first} {last} {whole:?} {left} {right} {text}")
}

#[cached(key = (x + y, name.as_str(), number + 1, *shown, left, *tail))]
#[expect(
    clippy::needless_borrowed_reference,
    clippy::ref_binding_to_reference,
    clippy::trivially_copy_pass_by_ref,
    reason = "each is a form of its own"
)]
fn chosen(
    Point { x, mut y }: Point,
    Name(ref name): Name,
    (&number, &&(ref shown, _)): (&u32, &&(&str, bool)),
    (Ok(left) | Err(left)): Result<u8, u8>,
    (tail, _): &(u8, u8),
    _: u64,
) -> String {
    runs::note("chosen");
    y += 1;
    format!("{x} {y} {name} {number} {shown} {left} {tail}")
}

#[cached(tenant = *shop)]
async fn mutable((shop, mut count): (u64, u32), mut text: String) -> String {
    runs::note("mutable");
    count += 1;
    text.push_str(&count.to_string());
    let _ = shop;
    text
}

/// What a `dyn` reference stands for is said by `key`, or left out.
#[cached(key = (*id, shape.to_string()))]
fn drawn(shape: &dyn fmt::Display, id: u32) -> String {
    runs::note("drawn");
    format!("{id} {shape}")
}

#[cached(skip(by))]
fn left_out(n: u64, by: &dyn Fn(u64) -> u64) -> u64 {
    runs::note("left out");
    by(n)
}

/// N1.
#[test]
fn a_parameter_may_be_taken_apart_where_it_stands() {
    for _ in 0..2 {
        assert_eq!(tuple((1, 2), 3), 123);
        assert_eq!(tuple((2, 1), 3), 213);
    }
    assert_eq!(runs::of("tuple"), 2);
    let call = |y, number: u32, text: &str| {
        let (point, name) = (Point { x: 1, y }, Name("ada".to_owned()));
        taken_apart(point, name, &number, [7, 8, 9], (1, (2, 3)), text.to_owned())
    };
    for _ in 0..2 {
        assert_eq!(call(2, 5, "t"), "1 3 ada 5 7 9 (1, (2, 3)) 1 3 t");
        assert_eq!(call(3, 5, "t"), "1 4 ada 5 7 9 (1, (2, 3)) 1 3 t");
        assert_eq!(call(2, 6, "t"), "1 3 ada 6 7 9 (1, (2, 3)) 1 3 t");
        assert_eq!(call(2, 5, "u"), "1 3 ada 5 7 9 (1, (2, 3)) 1 3 u");
    }
    assert_eq!(runs::of("taken apart"), 4);
    assert!(matches!(tuple::peek((1, 2), 3), Ok(Some(123))));
    assert!(tuple::invalidate((1, 2), 3).is_ok());
    assert_eq!(tuple::detailed((1, 2), 3).source, Source::Computed);
}

/// D13, N1: expressions see what a pattern binds, each by reference.
#[test]
fn an_expression_names_what_a_pattern_binds() {
    let call = |x, y, unused| {
        let name = Name("ada".to_owned());
        chosen(Point { x, y }, name, (&4, &&("s", true)), Err(5), &(6, 7), unused)
    };
    assert_eq!(call(1, 2, 0), "1 3 ada 4 s 5 6");
    // Three is three, and what has no name is no part of the key.
    assert_eq!(call(2, 1, 9), "1 3 ada 4 s 5 6");
    assert_eq!(call(2, 2, 9), "2 3 ada 4 s 5 6");
    assert_eq!(runs::of("chosen"), 2);
}

/// N1.
#[tokio::test]
async fn a_mutable_parameter_is_the_bodys_own() {
    for _ in 0..2 {
        assert_eq!(mutable((1, 1), "n".to_owned()).await, "n2");
        assert_eq!(mutable((2, 1), "n".to_owned()).await, "n2");
    }
    assert_eq!(runs::of("mutable"), 2);
    mutable::invalidate_tenant(&1_u64).await.expect("local");
    assert!(matches!(mutable::peek((1, 1), "n".to_owned()).await, Ok(None)));
    assert!(matches!(mutable::peek((2, 1), "n".to_owned()).await, Ok(Some(_))));
}

/// D14, N1.
#[test]
fn what_cannot_be_compared_is_said_otherwise_or_left_out() {
    for _ in 0..2 {
        assert_eq!(drawn(&7, 1), "1 7");
        assert_eq!(drawn(&"7", 1), "1 7");
        assert_eq!(drawn(&8, 1), "1 8");
    }
    assert_eq!(runs::of("drawn"), 2);
    assert_eq!(left_out(1, &|n| n + 1), 2);
    assert_eq!(left_out(1, &|n| n + 2), 2);
    assert_eq!(runs::of("left out"), 1);
}
