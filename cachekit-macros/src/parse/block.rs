//! An `impl` block: its header, and its functions with their bodies unparsed.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::discouraged::Speculative as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, ImplItem, ItemImpl, Meta, Path, Signature, Token, Visibility};

use crate::ast::{Attr, Block, Member};

/// Reads what follows the attributes of an `impl` block.
pub(super) fn read(attrs: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Block> {
    let mut tokens: Vec<TokenTree> = input.parse::<TokenStream>()?.into_iter().collect();
    // What the braces hold need not parse for the header to be read.
    let mut content = TokenStream::new();
    if let Some(TokenTree::Group(group)) = tokens.last_mut() {
        let mut empty = Group::new(group.delimiter(), TokenStream::new());
        empty.set_span(group.span());
        content = std::mem::replace(group, empty).stream();
    }
    let mut header: ItemImpl = syn::parse2(tokens.into_iter().collect())?;
    header.attrs = attrs;
    let (inner, members) = held.parse2(content)?;
    Ok(Block { header, inner, members })
}

fn held(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Vec<Member>)> {
    let inner = input.call(Attribute::parse_inner)?;
    let mut members = Vec::new();
    while !input.is_empty() {
        match condition(input)? {
            Some(both) => {
                for one in both {
                    members.push(member.parse2(one)?);
                }
            }
            None => members.push(member(input)?),
        }
    }
    Ok((inner, members))
}

/// A function under `#[cfg_attr(condition, cached(..))]`, which nobody has looked through yet: as two,
/// the cached one under the condition, and the one as written where it does not hold.
fn condition(input: ParseStream<'_>) -> syn::Result<Option<[TokenStream; 2]>> {
    let ahead = input.fork();
    let mut attrs = ahead.call(Attribute::parse_outer)?;
    let Some((at, condition, chosen)) = attrs.iter().enumerate().find_map(conditional) else {
        return Ok(None);
    };
    attrs.remove(at);
    let (vis, sig): (Visibility, Signature) = match (ahead.parse(), ahead.parse()) {
        (Ok(vis), Ok(sig)) => (vis, sig),
        // On something else it is the compiler's to look through.
        _ => return Ok(None),
    };
    let end: TokenTree = ahead.parse()?;
    input.advance_to(&ahead);
    Ok(Some([
        quote!(#(#attrs)* #[cfg(#condition)] #(#[#chosen])* #vis #sig #end),
        quote!(#(#attrs)* #[cfg(not(#condition))] #vis #sig #end),
    ]))
}

/// The condition of a `cfg_attr` that holds our attribute, and the attributes that it holds.
fn conditional((at, attr): (usize, &Attribute)) -> Option<(usize, Meta, Vec<Meta>)> {
    let list = attr.meta.require_list().ok().filter(|list| list.path.is_ident("cfg_attr"))?;
    let parts = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone()).ok()?;
    let mut parts = parts.into_iter();
    let condition = parts.next()?;
    let chosen: Vec<_> = parts.collect();
    chosen.iter().any(|meta| names_us(meta.path())).then_some((at, condition, chosen))
}

fn member(input: ParseStream<'_>) -> syn::Result<Member> {
    let ahead = input.fork();
    let mut attrs = ahead.call(Attribute::parse_outer)?;
    let vis: Visibility = ahead.parse()?;
    let at = attrs.iter().position(is_ours);
    let above = at.and_then(|at| attrs[..at].iter().find(|attr| !is_inert(attr)).cloned());
    let ours = at.map(|at| attrs.remove(at));
    if let Ok(sig) = ahead.fork().parse::<Signature>() {
        ahead.parse::<Signature>()?;
        let end: TokenTree = ahead.parse()?;
        input.advance_to(&ahead);
        let written = quote!(#(#attrs)* #vis #sig #end);
        let Some(ours) = ours else { return Ok(Member::Other { name: Some(sig.ident), written }) };
        if let Some(above) = above {
            let message = "in an annotated `impl` an attribute of a cached function is on every call; \
                           write it below `#[cached]`, where it is so everywhere";
            return Ok(Member::Misplaced {
                error: syn::Error::new_spanned(above, message),
                written,
            });
        }
        let read = |input: ParseStream<'_>| super::func(attrs, vis, input);
        return Ok(match read.parse2(quote!(#sig #end)) {
            Ok(func) => {
                Member::Cached { attr: Box::new(options(&ours)), func: Box::new(func), written }
            }
            Err(error) => Member::Misplaced { error, written },
        });
    }
    let ahead = input.fork();
    let Ok(item) = ahead.parse::<ImplItem>() else {
        // The compiler says itself what does not parse.
        return Ok(Member::Other { name: None, written: input.parse()? });
    };
    input.advance_to(&ahead);
    let Some(ours) = ours else {
        return Ok(Member::Other { name: None, written: item.to_token_stream() });
    };
    let error = syn::Error::new_spanned(ours, "`#[cached]` goes on a function");
    let written = bare(item);
    Ok(Member::Misplaced { error, written })
}

/// An item without our attribute, which would be expanded once more.
fn bare(mut item: ImplItem) -> TokenStream {
    match &mut item {
        ImplItem::Const(item) => item.attrs.retain(|attr| !is_ours(attr)),
        ImplItem::Type(item) => item.attrs.retain(|attr| !is_ours(attr)),
        ImplItem::Macro(item) => item.attrs.retain(|attr| !is_ours(attr)),
        _ => {}
    }
    item.to_token_stream()
}

fn is_ours(attr: &Attribute) -> bool {
    names_us(attr.path())
}

fn names_us(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == "cached")
}

/// Attributes that change nothing of the function that they stand on.
const INERT: &[&str] = &[
    "allow",
    "cfg",
    "cfg_attr",
    "clippy",
    "cold",
    "deny",
    "deprecated",
    "diagnostic",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "rustfmt",
    "target_feature",
    "track_caller",
    "warn",
];

fn is_inert(attr: &Attribute) -> bool {
    let first = attr.path().segments.first();
    first.is_some_and(|first| INERT.iter().any(|inert| first.ident == inert))
}

fn options(attr: &Attribute) -> Attr {
    match &attr.meta {
        Meta::List(list) => super::attr(list.tokens.clone()),
        _ => Attr::default(),
    }
}
