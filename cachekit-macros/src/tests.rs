//! The expansions of the macros, as snapshots with the source above each.
//!
//! Spans leave no trace here: `tests/ui` holds where errors point, `tests/tests/hygiene` what names mean.
//! `INSTA_UPDATE=always cargo test -p cachekit-macros` writes the snapshots anew; they are read
//! before they are accepted.

/// A snapshot in a file of the test's own name.
macro_rules! shown {
    ($text:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($text);
        })
    };
}

mod companions;
mod derives;
mod functions;
mod keys;
mod methods;
mod migration;
mod mistakes;
mod modes;

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{File, ImplItem, Item, Meta};

use crate::cached::cached;

/// The attribute of a source that has one, and the rest of it.
fn parts(source: &str) -> (TokenStream, TokenStream) {
    let mut item: Item = syn::parse_str(source).expect("a function or a block");
    let attrs = match &mut item {
        Item::Fn(function) => &mut function.attrs,
        Item::Impl(block) => &mut block.attrs,
        _ => panic!("neither a function nor a block"),
    };
    let at = attrs.iter().position(|attr| attr.path().is_ident("cached"));
    let attr = match attrs.remove(at.expect("an attribute")).meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    (attr, item.into_token_stream())
}

fn expand(source: &str) -> File {
    let (attr, item) = parts(source);
    syn::parse2(cached(attr, &item)).expect("an expansion that parses")
}

/// A source without the indentation of the test that holds it.
fn written(source: &str) -> String {
    source.replace("\n        ", "\n").trim().to_owned()
}

/// A source above its whole expansion.
fn whole(source: &str) -> String {
    let expansion = prettyplease::unparse(&expand(source));
    format!("{}\n// ======== expands to ========\n{expansion}", written(source))
}

/// A source above the items of its expansion that have one of these names.
fn excerpt(source: &str, names: &[&str]) -> String {
    let wanted = |ident: &syn::Ident| names.iter().any(|name| ident == name);
    let mut file = expand(source);
    file.items.retain_mut(|item| match item {
        Item::Fn(function) => wanted(&function.sig.ident),
        Item::Struct(_) => names.contains(&"struct"),
        Item::Macro(_) => names.contains(&"needs"),
        Item::Impl(block) => {
            block.items.retain(|item| match item {
                ImplItem::Fn(function) => wanted(&function.sig.ident),
                ImplItem::Const(constant) => wanted(&constant.ident),
                _ => false,
            });
            !block.items.is_empty()
        }
        _ => false,
    });
    let expansion = prettyplease::unparse(&file);
    format!("{}\n// ======== expands, among others, to ========\n{expansion}", written(source))
}

/// The messages of an attribute's mistakes, and whether the function still stands as written.
fn refused(source: &str) -> Vec<String> {
    let (attr, item) = parts(source);
    let written: Item = syn::parse2(item.clone()).expect("an item");
    let mut found: File = syn::parse2(cached(attr, &item)).expect("an expansion that parses");
    assert_eq!(found.items.pop(), Some(written), "the function stands as written");
    found.items.iter().map(message).collect()
}

/// The text of a `compile_error!`.
fn message(item: &Item) -> String {
    let Item::Macro(call) = item else { panic!("{}", item.to_token_stream()) };
    assert_eq!(call.mac.path.to_token_stream().to_string(), ":: core :: compile_error");
    call.mac.parse_body::<syn::LitStr>().expect("a text").value()
}
