//! The key of a call: its parts, its tenant, and what is done with them.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned;

use crate::expand::Shell;
use crate::paths::generated;
use crate::plan::{Branch, Branches, Key, Pattern, Placement};

impl Shell<'_> {
    /// A block in which `then` may name the function's handle and the call's key.
    ///
    /// The parts of plain parameters are taken before the shadows that expressions see. What an
    /// expression makes is bound by a reference, so that it lives as long as it is used, and all
    /// of it is gone before the parameters are moved into the body.
    pub(crate) fn with_args(
        &self,
        branch: &Branch,
        then: impl FnOnce(&TokenStream, &TokenStream) -> TokenStream,
    ) -> TokenStream {
        let at = self.place(branch);
        let (private, handle, shadows) =
            (self.private_at(at), self.handle(branch), self.shadows(branch));
        let (key, owner) = (self.key(branch), self.owner(branch));
        let done = then(&quote_spanned!(at=> &handle), &quote_spanned!(at=> &args));
        // An expression sees shadows, and plain parameters are taken before them.
        let (before, after) = match branch.key {
            Key::Params(_) => (quote!(), shadows),
            Key::Expr(_) => (shadows, quote!()),
        };
        let within = self.within(branch);
        quote_spanned! {at=> {
            #within
            #before
            #key
            #after
            #owner
            let args = #private::Args { tenant, parts };
            let handle = #handle;
            #done
        }}
    }

    /// The parts of the key, called `parts`.
    fn key(&self, branch: &Branch) -> TokenStream {
        let at = self.place(branch);
        match &branch.key {
            Key::Params(indices) if matches!(self.plan.placement, Placement::Body) => {
                let taken = indices.iter().map(|index| {
                    let param = &self.plan.params[*index];
                    let (name, span) = (&param.name, param.ty.span());
                    if param.is_plain {
                        return quote!(#name);
                    }
                    let private = self.private_at(span);
                    quote_spanned!(generated(span)=> __part(#private::part!(#name)))
                });
                quote_spanned!(at=> let parts = (#(#taken,)*);)
            }
            Key::Params(indices) => {
                let turbofish = &self.turbofish;
                let taken = indices.iter().map(|index| {
                    let (part, param) = (self.item(&part(*index), at), &self.plan.params[*index]);
                    let name = &param.name;
                    if param.is_plain {
                        return quote!(#name);
                    }
                    quote_spanned!(at=> #part #turbofish(&#name))
                });
                quote_spanned!(at=> let parts = (#(#taken,)*);)
            }
            Key::Expr(expr) => {
                let private = self.private_at(expr.span());
                let (parts, bound) = (Ident::new("parts", at), self.item("__part", at));
                quote_spanned! {generated(expr.span())=>
                    let made = &(#expr);
                    let part = #private::part!(*made);
                    let #parts = (#bound(part),);
                }
            }
        }
    }

    /// Whose entry it is, called `tenant`.
    fn owner(&self, branch: &Branch) -> TokenStream {
        let at = self.place(branch);
        let (private, bound) = (self.private_at(at), self.item("__tenant", at));
        let Some(expr) = &branch.tenant else {
            return quote_spanned!(at=> let tenant = #private::Nobody;);
        };
        quote_spanned! {at=>
            let named = &(#expr);
            let tenant = #bound(named);
        }
    }

    /// What holds the parts and the tenant to their bounds.
    ///
    /// What comes out is known by its bounds alone, so that a type which does not meet them is
    /// reported here, once, and not again wherever it is used.
    pub(super) fn parts(&self, branch: &Branch) -> TokenStream {
        let parts = match &branch.key {
            Key::Params(indices) => {
                let asked = |index: &&usize| !self.plan.params[**index].is_plain;
                indices.iter().filter(asked).map(|index| self.param(branch, *index)).collect()
            }
            Key::Expr(_) => self.bounded(branch),
        };
        let tenant = self.tenant_bound(branch);
        quote!(#parts #tenant)
    }

    /// What holds a part to its bounds, whatever it is.
    pub(super) fn bounded(&self, branch: &Branch) -> TokenStream {
        let (bound, name) = (self.bound(branch, Span::mixed_site()), self.named("__part"));
        quote! {
            #[inline(always)]
            fn #name<K: #bound>(part: K) -> impl #bound {
                part
            }
        }
    }

    /// What holds the tenant to its bounds.
    pub(super) fn tenant_bound(&self, branch: &Branch) -> Option<TokenStream> {
        branch.tenant.as_ref()?;
        let (private, bound) = (&self.private, self.paths.public("Tenant"));
        let name = self.named("__tenant");
        Some(quote! {
            #[inline(always)]
            fn #name<T: #bound>(tenant: &T) -> #private::Of<'_, impl #bound> {
                #private::Of(tenant)
            }
        })
    }

    /// A parameter as a part of the key; what the compiler says of it points at its type.
    fn param(&self, branch: &Branch, index: usize) -> TokenStream {
        let ty = &self.plan.params[index].ty;
        let (private, bound) = (self.private_at(ty.span()), self.bound(branch, ty.span()));
        let (params, (_, _, bounds)) = (self.params(), self.plan.sig.generics.split_for_impl());
        let name = self.named(&part(index));
        quote_spanned! {generated(ty.span())=>
            #[inline(always)]
            fn #name #params (part: &#ty) -> impl #bound #bounds {
                #private::part!(*part)
            }
        }
    }

    fn bound(&self, branch: &Branch, span: Span) -> TokenStream {
        let private = self.private_at(span);
        if branch.is_wired() {
            quote_spanned!(generated(span)=> #private::KeyPart + #private::Canonical)
        } else {
            quote_spanned!(generated(span)=> #private::KeyPart)
        }
    }

    /// Where messages about a whole key point.
    pub(super) fn place(&self, branch: &Branch) -> Span {
        let span = match (&branch.tenant, &branch.key) {
            (Some(tenant), _) => tenant.span(),
            (None, Key::Expr(key)) => key.span(),
            (None, Key::Params(_)) => self.plan.sig.ident.span(),
        };
        generated(span)
    }

    /// The parameters that are no part of the key, which an operation without a body has no use for.
    pub(crate) fn skipped(&self, branch: &Branch) -> Vec<&Ident> {
        let Key::Params(taken) = &branch.key else { return Vec::new() };
        let all = self.plan.params.iter().enumerate();
        all.filter(|(index, _)| !taken.contains(index)).map(|(_, param)| &param.name).collect()
    }

    /// The parameters as expressions see them: by reference, so that naming one moves nothing.
    fn shadows(&self, branch: &Branch) -> TokenStream {
        let unseen = branch.tenant.is_none() && branch.force_refresh.is_none();
        if unseen && matches!(branch.key, Key::Params(_)) {
            return quote!();
        }
        let shadows = self.plan.params.iter().map(|param| {
            let name = &param.name;
            let Some(Pattern { seen, derefs, bound }) = &param.pattern else {
                return quote!(let #name = &#name; let _ = #name;);
            };
            let nearer = derefs.iter().map(|(bound, references)| {
                let derefs = vec![quote!(*); references + 1];
                quote!(let #bound = &#(#derefs)* #bound;)
            });
            quote!(let #seen = &#name; #(#nearer)* #(let _ = #bound;)*)
        });
        quote!(#(#shadows)*)
    }

    /// Whether the call computes anew whatever is stored, called `fresh`.
    pub(crate) fn fresh(&self, branch: &Branch) -> TokenStream {
        let fresh = Ident::new("fresh", self.place(branch));
        let Some(expr) = &branch.force_refresh else { return quote!(let #fresh = false;) };
        quote_spanned!(generated(expr.span())=> let #fresh: ::core::primitive::bool = #expr;)
    }

    /// Whether an expression of the attribute names the parameter, which the body then need not.
    pub(crate) fn is_mentioned(&self, name: &Ident) -> bool {
        let branches = match &self.plan.branches {
            Branches::One(branch) => vec![branch],
            Branches::Two { on, off, .. } => vec![on, off],
        };
        branches.iter().any(|branch| {
            let mut tokens = branch.tenant.to_token_stream();
            branch.force_refresh.to_tokens(&mut tokens);
            if let Key::Expr(expr) = &branch.key {
                expr.to_tokens(&mut tokens);
            }
            mentions(tokens, name)
        })
    }
}

/// The companion's function that makes a part of a parameter.
fn part(index: usize) -> String {
    format!("__part_{index}")
}

/// A text may name it too: `format!("{id}")`.
fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Literal(literal) => literal.to_string().contains(&name.unraw().to_string()),
        TokenTree::Punct(_) => false,
    })
}
