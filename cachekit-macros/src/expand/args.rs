//! The key of a call: its parts, its tenant, and what is done with them.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned;

use crate::expand::Shell;
use crate::paths::generated;
use crate::plan::{Branch, Branches, Key, Param, Pattern, Placement};

impl Shell<'_> {
    /// The key's taking: statements behind which `handle` and `args` stand, and before which each
    /// parameter that the key is made of is a reference, unless it is plain.
    ///
    /// What an expression makes is bound by a reference, so that it lives as long as it is used.
    pub(super) fn taken(&self, branch: &Branch) -> TokenStream {
        let at = self.place(branch);
        let (private, handle) = (self.private_at(at), self.handle(branch));
        let (key, owner) = (self.key(branch), self.owner(branch));
        // An expression sees what patterns bind, and parts are taken before that.
        let (before, after) = match branch.key {
            Key::Params(_) if branch.tenant.is_none() => (quote!(), quote!()),
            Key::Params(_) => (quote!(), bindings(&self.keyed(branch))),
            Key::Expr(_) => (bindings(&self.keyed(branch)), quote!()),
        };
        quote_spanned! {at=>
            #before
            #key
            #after
            #owner
            let args = #private::Args { tenant, parts };
            let handle = #handle;
        }
    }

    /// The parts of the key, called `parts`.
    fn key(&self, branch: &Branch) -> TokenStream {
        let at = self.place(branch);
        match &branch.key {
            Key::Params(indices) => {
                let taken = indices.iter().map(|index| self.part(*index, at));
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

    /// A parameter, which is a reference by now unless it is plain, as a part of the key.
    fn part(&self, index: usize, at: Span) -> TokenStream {
        let param = &self.plan.params[index];
        let (name, span) = (&param.name, param.ty.span());
        if param.is_plain {
            return quote!(#name);
        }
        if let Placement::Body = self.plan.placement {
            let private = self.private_at(span);
            return quote_spanned!(generated(span)=> __part(#private::part!(*#name)));
        }
        let (part, turbofish) = (self.item(&part(index), at), &self.turbofish);
        quote_spanned!(at=> #part #turbofish(#name))
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

    /// The parameters as expressions see them: by reference, so that naming one moves nothing.
    pub(super) fn shadows(&self) -> TokenStream {
        let all: Vec<_> = self.plan.params.iter().collect();
        let (referred, bindings) = (referred(&all), bindings(&all));
        quote!(#referred #bindings)
    }

    /// Whether the key or the tenant is made of what goes by this name.
    pub(super) fn is_keyed(branch: &Branch, name: &Ident) -> bool {
        let mut tokens = branch.tenant.to_token_stream();
        if let Key::Expr(expr) = &branch.key {
            expr.to_tokens(&mut tokens);
        }
        mentions(tokens, name)
    }

    /// Whether an expression of the attribute names the parameter, which the body then need not.
    pub(crate) fn is_mentioned(&self, name: &Ident) -> bool {
        let branches = match &self.plan.branches {
            Branches::One(branch) => vec![branch],
            Branches::Two { on, off, .. } => vec![on, off],
        };
        branches.iter().any(|branch| {
            Self::is_keyed(branch, name) || mentions(branch.force_refresh.to_token_stream(), name)
        })
    }
}

/// The companion's function that makes a part of a parameter.
fn part(index: usize) -> String {
    format!("__part_{index}")
}

/// Makes references of parameters that are not plain.
pub(super) fn referred(params: &[&Param]) -> TokenStream {
    let names = params.iter().filter(|param| !param.is_plain).map(|param| &param.name);
    quote!(#(let #names = &#names;)*)
}

/// What expressions see of parameters, by reference, and of the patterns of those. An expression
/// need not name all of it.
fn bindings(params: &[&Param]) -> TokenStream {
    let bindings = params.iter().map(|param| {
        let name = &param.name;
        let referred = param.is_plain.then(|| quote!(let #name = &#name;));
        let Some(Pattern { seen, derefs, bound }) = &param.pattern else {
            return quote!(#referred let _ = #name;);
        };
        let nearer = derefs.iter().map(|(bound, references)| {
            let derefs = vec![quote!(*); references + 1];
            quote!(let #bound = &#(#derefs)* #bound;)
        });
        quote!(#referred let #seen = #name; #(#nearer)* #(let _ = #bound;)*)
    });
    quote!(#(#bindings)*)
}

/// A text may name it too: `format!("{id}")`.
fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Literal(literal) => names(&literal.to_string(), &name.unraw().to_string()),
        TokenTree::Punct(_) => false,
    })
}

/// Whether a text that is formatted names it: `{id}`, `{id:?}`, `{:id$}`, `{:.id$}`.
fn names(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(start, _)| {
        let (before, after) = (&text[..start], &text[start + name.len()..]);
        !before.ends_with(is_word) && !after.starts_with(is_word) && before.contains('{')
    })
}
