//! The attribute: parse, check, expand; errors join the function as it was written.
//!
//! ```text
//!   tokens --parse--> Attr, Func --check--> Plan --expand--> tokens
//!             syntax                rules            rendering, which cannot fail
//! ```

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::Item;
use crate::check::check;
use crate::errors::Errors;
use crate::expand::expand;
use crate::parse;

/// Expands `#[cached(attr)] item`.
pub(crate) fn cached(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    match parse::item(item.clone()) {
        Item::Func(func) => {
            if let Some(plan) = check(parse::attr(attr), *func, &mut errors) {
                let none = errors.finish();
                let expanded = expand(plan);
                return quote!(#none #expanded);
            }
        }
        Item::Impl(keyword) => errors.at(
            keyword,
            "`#[cached]` on an `impl` block comes in a later version; \
             until then, cache a free function that takes what the method needs",
        ),
        Item::Other(error) => errors.add(error),
    }
    let errors = errors.finish();
    quote!(#errors #item)
}
