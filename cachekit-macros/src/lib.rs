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

use proc_macro::TokenStream;

#[doc = include_str!("../docs/cached.md")]
#[doc = include_str!("../docs/options.md")]
#[proc_macro_attribute]
pub fn cached(attr: TokenStream, item: TokenStream) -> TokenStream {
    cached::cached(attr.into(), &item.into()).into()
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
