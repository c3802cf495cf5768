//! Spans that tell lints what is ours and what the user's: those that look at an item's span leave ours alone.
//!
//! So nothing has to be allowed that the user's crate may have forbidden, and what he does not use is
//! still found: a function's braces, its first word and its name decide.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::Signature;

use super::Shell;

impl Shell<'_> {
    /// The signature of a companion's function.
    pub(super) fn companion_signature(&self, name: &Ident) -> Signature {
        let mut sig = self.signature(name);
        respan(&mut sig, |_| Span::call_site());
        sig
    }

    /// The function's generics in an item of ours, which need not name every lifetime.
    pub(super) fn params(&self) -> TokenStream {
        let mut generics = self.plan.sig.generics.clone();
        for param in generics.lifetimes_mut() {
            param.lifetime.set_span(seen(param.lifetime.span()));
        }
        generics.split_for_impl().0.to_token_stream()
    }
}

/// Gives a signature's first words a span of ours.
fn respan(sig: &mut Signature, to: impl Fn(Span) -> Span) {
    sig.fn_token.span = to(sig.fn_token.span);
    if let Some(word) = &mut sig.asyncness {
        word.span = to(word.span);
    }
}

/// The name of an item where we write it: found by the user's code, and none of it to lints, so that
/// nothing has to be allowed which a crate may have forbidden.
pub(super) fn seen(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The user's words of an item that we write.
pub(super) fn ours(tokens: TokenStream) -> TokenStream {
    let made = tokens.into_iter().map(|mut token| {
        token.set_span(seen(token.span()));
        token
    });
    made.collect()
}

/// Tokens in braces that stand at `span`.
pub(super) fn braced(tokens: TokenStream, span: Span) -> Group {
    let mut group = Group::new(Delimiter::Brace, tokens);
    group.set_span(span);
    group
}

/// Makes a signature one of ours, which lints leave alone; messages point at `span`.
pub(super) fn make_ours(sig: &mut Signature, span: Span) {
    sig.ident.set_span(seen(span));
    respan(sig, seen);
}

/// A group as it stands, with other tokens in it.
pub(super) fn refilled(group: &Group, tokens: TokenStream) -> Group {
    let mut same = Group::new(group.delimiter(), tokens);
    same.set_span(group.span());
    same
}

/// A body in braces of ours that begins with `first`, behind the attributes of the body's own.
pub(super) fn begun(body: &TokenStream, first: &TokenStream) -> TokenStream {
    let body = body.clone().into_iter().map(|token| {
        let TokenTree::Group(body) = token else { return token };
        let (mut inside, mut attributes) = (body.stream().into_iter().peekable(), Vec::new());
        let is = |token: Option<&TokenTree>, mark| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark);
        while is(inside.peek(), '#') {
            let mut ahead = inside.clone().skip(1);
            if !is(ahead.next().as_ref(), '!') {
                break;
            }
            attributes.extend(inside.by_ref().take(3));
        }
        let attributes: TokenStream = attributes.into_iter().collect();
        let rest: TokenStream = inside.collect();
        TokenTree::Group(braced(quote!(#attributes #first #rest), seen(body.span())))
    });
    body.collect()
}
