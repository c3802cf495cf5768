//! Compile errors for what a function asks of a Cargo feature that is off.

macro_rules! needs {
    ($($feature:literal $macro:ident: $message:literal;)*) => { $(
        #[cfg(feature = $feature)]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $macro {
            () => {};
        }

        #[cfg(not(feature = $feature))]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $macro {
            () => {
                ::core::compile_error!($message);
            };
        }
    )* };
}
needs! {
    "local" __needs_local:
        "`mode = \"local\"` (the mode of a function that names none) needs the Cargo feature `local` of cachekit";
    "strict" __needs_strict:
        "`mode = \"strict\"` needs the Cargo feature `strict` of cachekit; add it to `features` in Cargo.toml";
    "degraded" __needs_degraded:
        "`mode = \"degraded\"` needs the Cargo feature `degraded` of cachekit; add it to `features` in Cargo.toml";
    "bincode" __needs_bincode:
        "values are stored with codec \"bincode\", which needs the Cargo feature `bincode` of cachekit; add it to `features` in Cargo.toml, or choose another `codec`";
    "postcard" __needs_postcard:
        "`codec = \"postcard\"` needs the Cargo feature `postcard` of cachekit; add it to `features` in Cargo.toml";
    "msgpack" __needs_msgpack:
        "`codec = \"msgpack\"` needs the Cargo feature `msgpack` of cachekit; add it to `features` in Cargo.toml";
    "compress" __needs_compress:
        "`compress` needs the Cargo feature `compress` of cachekit; add it to `features` in Cargo.toml";
    "encrypt" __needs_encrypt:
        "`encrypt`, `mac` and `on_tamper` need the Cargo feature `encrypt` of cachekit; add it to `features` in Cargo.toml";
}

/// Without a second tier compiled in, a function that asks for one has said so already.
#[cfg(not(feature = "l2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __wiring {
    ($($values:tt)*) => {
        ()
    };
}
