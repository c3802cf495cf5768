//! Types of other crates as keys and in values, each crate behind a feature of its name.

/// What looks a type up, owns it and writes it as a standard type would be, and the name under
/// which it is known in a fingerprint: its own and the version of its crate, whose stored form
/// changes with no other.
#[cfg(any(
    feature = "bytes",
    feature = "chrono",
    feature = "smol_str",
    feature = "time",
    feature = "uuid"
))]
macro_rules! foreign {
    ($($foreign:ty => $owned:ty, $name:literal, |$value:ident| $as:expr;)*) => { $(
        crate::key::standard::made!([] [] $foreign => $owned, |$value| $as;);

        impl crate::value::fingerprint::Fingerprint for $foreign {
            fn outline(to: &mut crate::value::fingerprint::Outline) {
                to.atom($name);
            }
        }
    )* };
}

#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "smol_str")]
mod smol_str;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;
