//! The names of the items beside a lookup, where they stand, and how they are reached.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use crate::expand::Shell;
use crate::plan::{Owner, Placement};

use super::ours::{ours, seen};

impl Shell<'_> {
    /// The name under which an item is declared.
    pub(crate) fn named(&self, item: &str) -> Ident {
        let Placement::Block(prefix) = &self.plan.placement else {
            return Ident::new(item, Span::call_site());
        };
        let prefix = prefix.unraw();
        match item.strip_prefix("__") {
            Some(hidden) => format_ident!("__{prefix}_{hidden}"),
            None if item == "SPEC" => format_ident!("{}_SPEC", prefix.to_string().to_uppercase()),
            None => format_ident!("{prefix}_{item}", span = Span::call_site()),
        }
    }

    /// An item as the function reaches it; what the compiler says of it points at `span`.
    pub(crate) fn item(&self, item: &str, span: Span) -> TokenStream {
        let mut name = self.named(item);
        name.set_span(span);
        match &self.plan.placement {
            Placement::Body => quote!(#name),
            Placement::Block(_) => quote_spanned!(span=> Self::#name),
            Placement::Beside(_) | Placement::Apart(_) | Placement::Hidden => {
                let mut companion = self.companion();
                companion.set_span(companion.span().located_at(span));
                // As a type, or the compiler takes what it cannot find for a crate.
                quote_spanned!(span=> <#companion>::#name)
            }
        }
    }

    /// The function's constant as the items beside it reach it.
    pub(crate) fn spec(&self, span: Span) -> TokenStream {
        if let Placement::Apart(_) = self.plan.placement {
            // `Self` is the method's own type there.
            return self.item("SPEC", span);
        }
        let name = self.named("SPEC");
        quote!(Self::#name)
    }

    /// The type that holds the items, where it is of our making.
    pub(crate) fn companion(&self) -> Ident {
        let mut name = match &self.plan.placement {
            Placement::Beside(name) | Placement::Apart(name) => name.clone(),
            // Inside the function, where the user's own names must stay what they are.
            _ => format_ident!("__cached_{}", self.plan.sig.ident.unraw()),
        };
        name.set_span(seen(name.span()));
        name
    }

    /// `impl X`, before the braces that hold the items.
    pub(crate) fn head(&self) -> TokenStream {
        if let (Placement::Block(_), Owner::Block(header)) =
            (&self.plan.placement, &self.plan.owner)
        {
            let (params, _, bounds) = header.generics.split_for_impl();
            let ty = &header.self_ty;
            return quote!(impl #params #ty #bounds);
        }
        let companion = self.companion();
        quote!(impl #companion)
    }

    /// How visible the items are: as the function, or not beyond it.
    pub(crate) fn vis(&self) -> TokenStream {
        match self.plan.placement {
            Placement::Beside(_) | Placement::Block(_) => ours(self.plan.vis.to_token_stream()),
            // A method of a trait says nothing of who sees it.
            Placement::Apart(_) => ours(quote!(pub(crate))),
            Placement::Hidden | Placement::Body => quote!(),
        }
    }

    /// The function, as documentation links to it.
    pub(crate) fn link(&self) -> String {
        let function = self.plan.sig.ident.unraw();
        match self.plan.placement {
            Placement::Block(_) => format!("[`{function}`](Self::{function})"),
            Placement::Apart(_) => format!("`{}`", self.title()),
            _ => format!("[`{function}()`]"),
        }
    }
}
