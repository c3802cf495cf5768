//! Fingerprints of every type that can be stored: what changes the bytes changes them.

use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::sync::{Arc, LazyLock};

use cachekit::fingerprint::{self, Outline};
use cachekit::{Fingerprint, Runtime, Source, cached};
use serde::{Deserialize, Serialize};

use super::keys::runtime;

fn outline<T: fingerprint::Fingerprint>() -> Vec<u8> {
    Outline::of::<T>().as_bytes().to_vec()
}

/// Types of one name with what serde and the derive are told of them, each in a build of its own.
macro_rules! builds {
    ($($build:ident { $($item:item)* })*) => { $(
        pub(super) mod $build {
            #![allow(dead_code, reason = "what counts is what they are made of")]

            use cachekit::Fingerprint;
            use serde::{Deserialize, Serialize};

            $(#[derive(Clone, Serialize, Deserialize, Fingerprint)] $item)*
        }
    )* };
}
builds! {
    plain { pub(super) struct Form { first: u32, second: u32 } }
    moved { pub(super) struct Form { second: u32, first: u32 } }
    named { pub(super) struct Form { first: u32, third: u32 } }
    widened { pub(super) struct Form { first: u64, second: u32 } }
    renamed { pub(super) struct Form { first: u32, #[serde(rename = "third")] second: u32 } }
    all_renamed { #[serde(rename_all = "UPPERCASE")] pub(super) struct Form { first: u32, second: u32 } }
    skipped { pub(super) struct Form { first: u32, #[serde(skip)] second: u32 } }
    absent { pub(super) struct Form { first: u32 } }
    perhaps { pub(super) struct Form { first: u32, #[serde(skip_serializing_if = "super::is_nothing")] second: u32 } }
    defaulted { pub(super) struct Form { first: u32, #[serde(default)] second: u32 } }
    otherwise { pub(super) struct Form { first: u32, #[serde(with = "super::as_text")] second: u32 } }
    inside { pub(super) struct Form { first: u32, #[serde(flatten)] second: super::Inner } }
    beside { pub(super) struct Form { first: u32, second: super::Inner } }
    transparent { #[serde(transparent)] pub(super) struct Form { first: u32 } }
    stated { pub(super) struct Form { first: u32, #[fingerprint(version = 1)] second: u32 } }
    stated_anew { pub(super) struct Form { first: u32, #[fingerprint(version = 2)] second: u32 } }
    versioned { #[fingerprint(version = 1)] pub(super) struct Form { first: u32, second: u32 } }
    versioned_anew { #[fingerprint(version = 1 + 1)] pub(super) struct Form { first: u32, second: u32 } }
    converted { #[serde(into = "super::Raw", from = "super::Raw")] pub(super) struct Form { first: u32, second: u32 } }
    reread { #[serde(try_from = "super::Raw")] pub(super) struct Form { first: u32, second: u32 } }
    variants { pub(super) enum Form { First(u32), Second } }
    variants_moved { pub(super) enum Form { Second, First(u32) } }
    variants_tagged { #[serde(tag = "kind", content = "of")] pub(super) enum Form { First(u32), Second } }
    variants_untagged { #[serde(untagged)] pub(super) enum Form { First(u32), Second } }
    variants_other { #[serde(tag = "kind", content = "of")] pub(super) enum Form { First(u32), #[serde(other)] Second } }
    variants_renamed { pub(super) enum Form { #[serde(rename = "Third")] First(u32), Second } }
    variants_filled { pub(super) enum Form { First { first: u32 }, Second } }
    variants_skipped { pub(super) enum Form { #[serde(skip)] First(super::Foreign), Second } }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Fingerprint)]
struct Inner {
    third: u32,
}

/// Has neither a form that serde knows nor a fingerprint.
#[derive(Clone)]
struct Foreign;

/// What a `Form` is stored as where it says so.
#[derive(Clone, Serialize, Deserialize, Fingerprint)]
struct Raw {
    text: String,
}

macro_rules! converted {
    ($raw:ident: $($form:ident),*) => { $(
        impl From<$form::Form> for $raw {
            fn from(_: $form::Form) -> Self {
                Self { text: Default::default() }
            }
        }

        impl From<$raw> for $form::Form {
            fn from(raw: $raw) -> Self {
                let _ = raw.text;
                unreachable!("nothing is stored here")
            }
        }
    )* };
}
converted!(Raw: converted, reread);

/// A later build, in which what a `Form` is stored as has changed and `Form` has not.
mod later {
    use cachekit::Fingerprint;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Serialize, Deserialize, Fingerprint)]
    pub(super) struct Raw {
        text: Vec<u8>,
    }

    builds! {
        converted { #[serde(into = "super::Raw", from = "super::Raw")] pub(in super::super) struct Form { first: u32, second: u32 } }
    }
    converted!(Raw: converted);
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_nothing(number: &u32) -> bool {
    *number == 0
}

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    pub(super) fn serialize<S: Serializer>(number: &u32, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
        Ok(String::deserialize(from)?.len().try_into().unwrap_or_default())
    }
}

/// J5: every change of a type that changes what is stored changes its fingerprint.
#[test]
fn what_changes_the_stored_form_changes_the_fingerprint() {
    macro_rules! outlines {
        ($($build:ident)*) => { [$((stringify!($build), outline::<$build::Form>())),*] };
    }
    let outlines = outlines! {
        plain moved named widened renamed all_renamed skipped perhaps defaulted otherwise inside
        beside transparent stated stated_anew versioned versioned_anew converted reread variants
        variants_moved variants_tagged variants_untagged variants_other variants_renamed
        variants_filled variants_skipped
    };
    for (index, (build, one)) in outlines.iter().enumerate() {
        for (other_build, other) in &outlines[index + 1..] {
            assert!(one != other, "{build} and {other_build}");
        }
    }
    assert_ne!(outline::<converted::Form>(), outline::<later::converted::Form>());
}

/// What is not stored may change.
#[test]
fn what_leaves_the_stored_form_leaves_the_fingerprint() {
    assert_eq!(outline::<skipped::Form>(), outline::<absent::Form>());
    assert_eq!(outline::<Arc<plain::Form>>(), outline::<plain::Form>());
    assert_eq!(outline::<Of<u8>>(), outline::<Of<NotStored>>());
}

struct NotStored;

/// An identity of one kind of thing, of which there is nothing in a value.
#[derive(Serialize, Deserialize, Fingerprint)]
struct Of<T> {
    number: u64,
    of: PhantomData<T>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
enum Json {
    Nothing,
    Number(f64),
    List(Vec<Self>),
    Object(BTreeMap<String, Json>),
}

/// Each contains the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
struct Even(Option<Box<Odd>>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
struct Odd {
    next: Even,
    beside: HashMap<u8, Self>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
#[serde(bound(serialize = "T: Serialize, I::Item: Serialize"))]
#[serde(bound(deserialize = "T: Deserialize<'de>, I::Item: Deserialize<'de>"))]
struct Tree<T, I: Iterator, const N: usize>
where
    I::Item: Clone + std::fmt::Debug + PartialEq,
{
    leaf: T,
    items: Vec<I::Item>,
    pair: [Option<Box<Tree<T, I, N>>>; 2],
}

type Leaves = Tree<String, std::ops::Range<u8>, 2>;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);

#[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
fn stored(n: u8) -> (Json, Even, Leaves) {
    let list = vec![Json::Nothing, Json::Number(f64::from(n))];
    let object = BTreeMap::from([("a".to_owned(), Json::List(list))]);
    let odd = Odd { next: Even(None), beside: HashMap::new() };
    let tree = || Tree { leaf: "b".to_owned(), items: vec![n], pair: [None, None] };
    let (even, pair) = (Even(Some(Box::new(odd))), [None, Some(Box::new(tree()))]);
    (Json::Object(object), even, Tree { pair, ..tree() })
}

/// E2, J5: a type that contains itself, or another that contains it, has a fingerprint.
#[test]
fn recursive_types_come_back_as_they_were() {
    let computed = stored(1);
    let answer = stored::detailed(1);
    assert_eq!((answer.source, answer.value), (Source::L2, computed));
    assert_ne!(outline::<Even>(), outline::<Odd>());
}
