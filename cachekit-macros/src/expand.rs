//! Plan to tokens; cannot fail, because a plan that could not be expanded cannot be built.
//!
//! One shape, whatever the options: the function looks in L1 and leaves the rest to a miss; the
//! companion holds the site, the handle and the body. Options are the constants of a `Spec`. Where
//! `when(..)` lets a feature of the user's crate decide, the shape stands twice under `#[cfg]`.

mod args;
mod ask;
mod block;
mod body;
mod call;
mod companion;
mod names;
mod operations;
mod ours;
mod owner;
mod spec;
mod types;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{FnArg, GenericParam, PatType, ReceiverKind, Signature};

use crate::ast::Boxed;
use crate::paths::Paths;
use crate::plan::{Branch, Branches, Param, Placement, Plan};

pub(crate) use block::block;
use ours::{begun, braced, make_ours};

/// Expands a plan.
pub(crate) fn expand(plan: &Plan) -> TokenStream {
    let Parts { function, beside } = parts(plan);
    quote!(#function #beside)
}

/// An expansion: what stands in the function's place, and what stands beside that.
struct Parts {
    function: TokenStream,
    beside: TokenStream,
}

fn parts(plan: &Plan) -> Parts {
    let shell = Shell::new(plan);
    let branches = match &plan.branches {
        Branches::One(branch) => vec![(quote!(), &**branch)],
        Branches::Two { feature, on, off } => {
            let at = feature.span();
            vec![
                (quote_spanned!(at=> #[cfg(feature = #feature)]), &**on),
                (quote_spanned!(at=> #[cfg(not(feature = #feature))]), &**off),
            ]
        }
    };
    let mut parts = Parts { function: quote!(), beside: quote!() };
    for (cfg, branch) in &branches {
        let items = companion::items(&shell, branch, cfg);
        let inside = match plan.placement {
            Placement::Beside(_) | Placement::Block(_) => {
                parts.beside.extend(items);
                quote!()
            }
            Placement::Apart(_) => {
                parts.beside.extend(shell.apart(items));
                quote!()
            }
            Placement::Hidden => {
                let body = shell.body();
                quote!(#body #items)
            }
            Placement::Body => items,
        };
        parts.function.extend(shell.function(branch, cfg, &inside));
    }
    match plan.placement {
        Placement::Beside(_) | Placement::Block(_) => parts.beside.extend(shell.body()),
        Placement::Apart(_) => parts.beside.extend(shell.ty()),
        Placement::Hidden | Placement::Body => {}
    }
    parts
}

/// What every part of the expansion needs.
pub(crate) struct Shell<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) paths: Paths,
    pub(crate) private: TokenStream,
    /// The function's type and const parameters, by name.
    pub(crate) arguments: Vec<&'a Ident>,
    /// The same as the arguments of a call.
    pub(crate) turbofish: TokenStream,
}

impl<'a> Shell<'a> {
    fn new(plan: &'a Plan) -> Self {
        let paths = Paths::new(plan.root.as_ref());
        let arguments: Vec<_> = plan
            .sig
            .generics
            .params
            .iter()
            .filter_map(|param| match param {
                GenericParam::Type(param) => Some(&param.ident),
                GenericParam::Const(param) => Some(&param.ident),
                GenericParam::Lifetime(_) => None,
            })
            .collect();
        let turbofish = if arguments.is_empty() { quote!() } else { quote!(::<#(#arguments),*>) };
        let private = paths.private();
        Self { plan, paths, private, arguments, turbofish }
    }

    /// The annotated function, in whose place the lookup stands.
    fn function(&self, branch: &Branch, cfg: &TokenStream, inside: &TokenStream) -> TokenStream {
        let (attrs, vis) = (&self.plan.attrs.function, &self.plan.vis);
        let sig = self.signature(&self.plan.sig.ident);
        let doc = spec::doc(branch);
        // The shell is a lookup and a call; whoever writes `inline` decides for himself.
        let inlines = attrs.iter().any(|attr| attr.path().is_ident("inline"));
        let inline = if inlines { quote!() } else { quote!(#[inline]) };
        let lookup = self.lookup(branch);
        let lookup = match &self.plan.boxed {
            Some(Boxed { call, .. }) => quote!(#call(async move { #lookup })),
            None => lookup,
        };
        // The braces decide to lints whose function it is: this one is the user's.
        let body = braced(quote!(#inside #lookup), self.plan.body.span());
        quote! {
            #cfg
            #(#attrs)*
            #[doc = #doc]
            #inline
            #vis #sig #body
        }
    }

    /// The private path, so that what the compiler says of it points at `span`.
    pub(crate) fn private_at(&self, span: Span) -> TokenStream {
        self.paths.private_at(span)
    }

    pub(crate) fn is_async(&self) -> bool {
        self.plan.sig.asyncness.is_some() || self.plan.boxed.is_some()
    }

    /// The signature under another name, its parameters by plain names.
    pub(crate) fn signature(&self, name: &Ident) -> Signature {
        let mut sig = self.plan.sig.clone();
        sig.ident = name.clone();
        for (typed, param) in typed(&mut sig).zip(&self.plan.params) {
            let is_elsewhere = !self.plan.placement.keeps_body();
            // What is expected of a parameter is expected in the body.
            typed.attrs.retain(|attr| !is_elsewhere || !attr.path().is_ident("expect"));
            if param.pattern.is_some() || is_elsewhere {
                let name = &param.name;
                *typed.pat = syn::parse_quote!(#name);
            }
        }
        if self.plan.placement.keeps_body() {
            // The body is here, and changes what it says it changes.
            return sig;
        }
        if let Some(FnArg::Receiver(receiver)) = sig.inputs.first_mut()
            && !matches!(receiver.kind, ReceiverKind::Reference(..))
        {
            receiver.mutability = None;
        }
        sig
    }

    /// The companion's type, where it is of our making, and the body, which stands here and nowhere
    /// else.
    fn body(&self) -> TokenStream {
        let (vis, Plan { body, attrs, .. }) = (self.vis(), self.plan);
        let (hidden, lints) = (&attrs.companion, &attrs.body);
        let mut sig = self.plan.sig.clone();
        sig.ident = self.named("uncached");
        make_ours(&mut sig, self.plan.sig.ident.span());
        // What the key takes of them, the body need not.
        let names = self.plan.params.iter().flat_map(Param::names);
        let taken: Vec<_> = names.filter(|name| self.is_mentioned(name)).collect();
        let body = begun(body, &quote!(#(let _ = &#taken;)*));
        let (ty, head) = (self.ty(), self.head());
        let uncached = format!(" The body of {}: neither looked up nor stored.", self.link());
        // A companion's type is under these itself; and what the key takes of an instance, the body
        // need not.
        let method = match self.plan.placement {
            Placement::Block(_) => quote! {
                #(#hidden)*
                #[allow(clippy::unused_self, clippy::wrong_self_convention)]
            },
            _ => quote!(),
        };
        quote! {
            #ty

            #method
            #[allow(
                clippy::missing_const_for_fn,
                clippy::missing_errors_doc,
                clippy::missing_panics_doc,
                clippy::must_use_candidate,
                clippy::unnecessary_wraps,
                clippy::unused_async
            )]
            #head {
                #[doc = #uncached]
                #(#lints)*
                #vis #sig #body
            }
        }
    }

    /// The companion's type.
    fn ty(&self) -> TokenStream {
        if let Placement::Block(_) = self.plan.placement {
            return quote!();
        }
        let (vis, hidden, companion) = (self.vis(), &self.plan.attrs.companion, self.companion());
        let cache = spec::docs(&self.plan.branches);
        let about = format!(" What can be done with {} beside calling it.{cache}", self.link());
        // A name that is taken is told at the function's own.
        let word = Ident::new("struct", companion.span());
        quote! {
            #[doc = #about]
            #(#hidden)*
            #vis #word #companion {
                _private: (),
            }
        }
    }
}

/// The parameters of a signature, in the order of the plan's.
fn typed(sig: &mut Signature) -> impl Iterator<Item = &mut PatType> {
    sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    })
}
