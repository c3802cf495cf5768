//! The derive outlines structs and enums, and its attribute stands on types and fields.

use cachekit::Fingerprint;

#[derive(Clone, Copy, Fingerprint)]
union Bits {
    float: f32,
    int: u32,
}

#[derive(Fingerprint)]
struct Field {
    #[fingerprint(skip)]
    left_out: u64,
}

#[derive(Fingerprint)]
enum Variant {
    #[fingerprint(rename = "x")]
    One,
}

#[derive(Fingerprint)]
#[fingerprint(rename = "User")]
struct Unknown;

#[derive(Fingerprint)]
struct Versions {
    #[fingerprint(version = "2")]
    text: u64,
    #[fingerprint(version)]
    bare: u64,
}

#[derive(Fingerprint)]
#[fingerprint]
struct Bare;

fn main() {
    let _ = (Bits { int: 1 }, Field { left_out: 1 }.left_out, Variant::One, Unknown, Bare);
    let _ = |versions: Versions| (versions.text, versions.bare);
}
