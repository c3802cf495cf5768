//! The attribute and derives of cachekit. Use them through the crate `cachekit`, which documents them.

mod ast;
mod bounds;
mod cache_key;
mod cached;
mod check;
mod errors;
mod expand;
mod fingerprint;
mod parse;
mod paths;
mod plan;
#[cfg(test)]
mod tests;
mod world;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/cached.md")]
#[doc = include_str!("../docs/options.md")]
#[proc_macro_attribute]
pub fn cached(attr: TokenStream, item: TokenStream) -> TokenStream {
    cached::cached(attr.into(), &item.into()).into()
}

#[doc = include_str!("../docs/test.md")]
#[proc_macro_attribute]
pub fn test(attr: TokenStream, item: TokenStream) -> TokenStream {
    world::test(&attr.into(), &item.into()).into()
}

/// What `cached` calls so: here it is `#[cached]` on a function without parameters.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn once(_attr: TokenStream, item: TokenStream) -> TokenStream {
    errors::renamed(
        "`#[once]` keeps one value whatever the arguments; write `#[cached]` on a function without \
         parameters, or with `skip(..)` for those that do not change it",
        item.into(),
    )
    .into()
}

/// What `cached` calls so: here it is a mode of `#[cached]`.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn io_cached(_attr: TokenStream, item: TokenStream) -> TokenStream {
    errors::renamed(
        "a shared tier is a mode here; write `#[cached(mode = \"strict\", ttl = 60)]` or \
         `mode = \"degraded\"`, and install the server or the directory with `Runtime::builder()`",
        item.into(),
    )
    .into()
}

#[doc = include_str!("../docs/cache_key.md")]
#[proc_macro_derive(CacheKey, attributes(cache_key))]
pub fn cache_key(item: TokenStream) -> TokenStream {
    cache_key::derive(item.into()).into()
}

#[doc = include_str!("../docs/fingerprint.md")]
#[proc_macro_derive(Fingerprint, attributes(fingerprint))]
pub fn fingerprint(item: TokenStream) -> TokenStream {
    fingerprint::derive(item.into()).into()
}
