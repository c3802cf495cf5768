//! A cached value outlives the call, and has a name.

use std::borrow::Cow;

use cachekit::cached;

#[cached]
fn reference(text: &str) -> &str {
    text
}

#[cached]
fn inside<'a>(text: &'a str) -> Result<Option<Cow<'a, str>>, ()> {
    Ok(Some(Cow::Borrowed(text)))
}

#[cached]
fn object<'a>(text: &'a str) -> Box<dyn ToString + 'a> {
    Box::new(text)
}

#[cached]
fn opaque(n: u64) -> impl Iterator<Item = u64> {
    0..n
}

#[cached]
fn opaque_inside(n: u64) -> Option<impl Iterator<Item = u64>> {
    Some(0..n)
}

#[cached]
fn never(n: u64) -> ! {
    panic!("{n}")
}

fn main() {
    reference("");
    inside("").ok();
    object("");
    opaque(1);
    opaque_inside(1);
    if false {
        never(1);
    }
}
