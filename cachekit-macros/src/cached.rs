//! The attribute: parse, check, expand; errors join the function as it was written.
//!
//! ```text
//!   tokens --parse--> Attr, Func --check--> Plan --expand--> tokens
//!             syntax                rules            rendering, which cannot fail
//! ```

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::Item;
use crate::errors::Errors;
use crate::{check, expand, parse};

/// Expands `#[cached(attr)] item`.
pub(crate) fn cached(attr: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    match parse::item(item.clone()) {
        Item::Func(func) => {
            let owner = check::owner(&func);
            if let Some(plan) = check::check(parse::attr(attr), *func, owner, &mut errors) {
                let none = errors.finish();
                let expanded = expand::expand(&plan);
                return quote!(#none #expanded);
            }
        }
        Item::Impl(block) => {
            let inner = block.inner.clone();
            let (header, made) = check::block(parse::attr(attr), *block, &mut errors);
            let (errors, expanded) = (errors.finish(), expand::block(&header, &inner, &made));
            return quote!(#errors #expanded);
        }
        Item::Other(error) => errors.add(error),
    }
    let errors = errors.finish();
    quote!(#errors #item)
}
