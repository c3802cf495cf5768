//! An `impl` block with its cached functions, and the companions beside it.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Attribute, ItemImpl};

use crate::check::Made;
use crate::expand::ours::refilled;
use crate::expand::parts;

/// Expands a block.
pub(crate) fn block(header: &ItemImpl, inner: &[Attribute], made: &[Made]) -> TokenStream {
    let mut members = TokenStream::new();
    let mut beside = TokenStream::new();
    for made in made {
        match made {
            Made::Written(written) => members.extend(written.clone()),
            Made::Plan(plan) => {
                let parts = parts(plan);
                members.extend(parts.function);
                beside.extend(parts.beside);
            }
        }
    }
    let block = filled(header, &quote!(#(#inner)* #members));
    quote!(#block #beside)
}

/// The block as its header says, with what its braces hold.
fn filled(header: &ItemImpl, members: &TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = header.to_token_stream().into_iter().collect();
    if let Some(TokenTree::Group(group)) = tokens.last_mut() {
        *group = refilled(group, members.clone());
    }
    tokens.into_iter().collect()
}
