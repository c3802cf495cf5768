//! Plan to tokens; cannot fail, because a plan that could not be expanded cannot be built.
//!
//! One shape, whatever the options: the function looks in L1 and leaves the rest to a miss; the
//! companion holds the site, the door and the body. Options are the constants of a `Spec`. Where
//! `when(..)` lets a feature of the user's crate decide, the shape stands twice under `#[cfg]`.

mod companion;
mod spec;
mod types;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{FnArg, GenericParam, Pat, Signature};

use crate::paths::Paths;
use crate::plan::{Branch, Branches, Companion, Key, Plan};

/// Expands a plan.
pub(crate) fn expand(plan: Plan) -> TokenStream {
    let shell = Shell::new(&plan);
    let body = shell.body();
    let branches = match &plan.branches {
        Branches::One(branch) => vec![(quote!(), branch)],
        Branches::Two { feature, on, off } => {
            vec![
                (quote!(#[cfg(feature = #feature)]), on),
                (quote!(#[cfg(not(feature = #feature))]), off),
            ]
        }
    };
    let branch = |(cfg, branch): &(TokenStream, &Branch)| {
        let items = companion::items(&shell, branch, cfg);
        let function = shell.function(
            branch,
            cfg,
            &match plan.companion {
                Companion::Named(_) => quote!(),
                Companion::Hidden => quote!(#body #items),
            },
        );
        match plan.companion {
            Companion::Named(_) => quote!(#function #items),
            Companion::Hidden => function,
        }
    };
    let branches = branches.iter().map(branch);
    match plan.companion {
        Companion::Named(_) => quote!(#(#branches)* #body),
        Companion::Hidden => quote!(#(#branches)*),
    }
}

/// How the result of a call is had.
#[derive(Clone, Copy)]
pub(crate) enum Around {
    Nothing,
    Await,
    Wait,
}

impl Around {
    fn apply(self, private: &TokenStream, call: &TokenStream) -> TokenStream {
        match self {
            Self::Nothing => quote!(#call),
            Self::Await => quote!(#call.await),
            Self::Wait => quote!(#private::wait(#call)),
        }
    }
}

/// What every part of the expansion needs.
pub(crate) struct Shell<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) paths: Paths,
    pub(crate) private: TokenStream,
    pub(crate) companion: Ident,
    /// The generics without their bounds, and as the arguments of a call.
    pub(crate) turbofish: TokenStream,
}

impl<'a> Shell<'a> {
    fn new(plan: &'a Plan) -> Self {
        let paths = Paths::new(plan.root.as_ref());
        let companion = match &plan.companion {
            Companion::Named(name) => name.clone(),
            Companion::Hidden => Ident::new("Companion", Span::mixed_site()),
        };
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
        Self { plan, paths, private, companion, turbofish }
    }

    /// The annotated function, in whose place the lookup stands.
    fn function(&self, branch: &Branch, cfg: &TokenStream, inside: &TokenStream) -> TokenStream {
        let (attrs, vis) = (&self.plan.attrs, &self.plan.vis);
        let sig = self.signature(&self.plan.sig.ident);
        let doc = spec::doc(branch);
        let lookup = self.lookup(branch, &format_ident!("hit"), "blocking", "future");
        quote! {
            #cfg
            #(#attrs)*
            #[doc = #doc]
            #vis #sig {
                #inside
                #lookup
            }
        }
    }

    /// Looks for the value; where it is not, runs the rest of the call.
    pub(crate) fn lookup(
        &self,
        branch: &Branch,
        look: &Ident,
        blocking: &str,
        future: &str,
    ) -> TokenStream {
        let private = &self.private;
        let door = self.door();
        let look = quote!(#private::#look);
        let found = self.with_args(branch, &look, &quote!(&#door), (&quote!(), Around::Nothing));
        let rest = self.rest(blocking, future);
        let result = quote_spanned!(Span::mixed_site()=> ::core::result::Result);
        quote_spanned! {Span::mixed_site()=>
            let found = #found;
            match found {
                #result::Ok(found) => found,
                #result::Err(miss) => #rest,
            }
        }
    }

    /// Runs what is left of a call called `miss`.
    pub(crate) fn rest(&self, blocking: &str, future: &str) -> TokenStream {
        let uncached = self.uncached();
        let miss = Ident::new("miss", Span::mixed_site());
        if self.plan.sig.asyncness.is_some() {
            let future = Ident::new(future, Span::mixed_site());
            // Boxed after the miss alone, so that a hit's future stays small.
            quote!(::std::boxed::Box::pin(#miss.#future(#uncached)).await)
        } else {
            let blocking = Ident::new(blocking, Span::mixed_site());
            quote!(#miss.#blocking(move || #uncached))
        }
    }

    /// Calls `operation(door, &args, extra)` with the key's parts.
    ///
    /// The parts of plain parameters are taken before the shadows that expressions see; the
    /// temporaries of either are gone before the parameters are moved into the body.
    pub(crate) fn with_args(
        &self,
        branch: &Branch,
        operation: &TokenStream,
        door: &TokenStream,
        (extra, around): (&TokenStream, Around),
    ) -> TokenStream {
        let private = &self.private;
        let shadows = self.shadows(branch);
        let (before, parts) = match &branch.key {
            Key::Params(indices) => {
                let parts = indices.iter().map(|index| {
                    let param = &self.plan.params[*index];
                    let name = &param.name;
                    let span = syn::spanned::Spanned::span(&param.ty);
                    quote_spanned!(span=> #private::key_part(#private::part!(#name)))
                });
                let parts = quote!((#(#parts,)*));
                let name = Ident::new("parts", Span::mixed_site());
                (quote!(let #name = #parts;), quote!(#name))
            }
            Key::Expr(expr) => {
                let span = syn::spanned::Spanned::span(expr);
                let name = Ident::new("key", Span::mixed_site());
                // Bound by a reference, so that what the expression makes lives as long as it is used.
                let parts = quote_spanned!(span=> (#private::key_part(#private::part!(*#name)),));
                (quote!(#shadows let #name = &(#expr);), parts)
            }
        };
        // The parts of plain parameters are taken before the shadows stand.
        let between = match &branch.key {
            Key::Params(_) => &shadows,
            Key::Expr(_) => &TokenStream::new(),
        };
        let tenant = match &branch.tenant {
            Some(expr) => {
                let span = syn::spanned::Spanned::span(expr);
                quote_spanned!(span=> #private::tenant(&(#expr)))
            }
            None => quote!(#private::Nobody),
        };
        let args = quote!(&#private::Args { tenant: #tenant, parts: #parts });
        let called = quote!(#operation(#door, #args #extra));
        let called = around.apply(private, &called);
        quote_spanned! {Span::mixed_site()=> {
            #before
            #between
            let done = #called;
            done
        }}
    }

    /// The parameters as expressions see them: by reference, so that naming one moves nothing.
    fn shadows(&self, branch: &Branch) -> TokenStream {
        if branch.tenant.is_none() && matches!(branch.key, Key::Params(_)) {
            return quote!();
        }
        let names = self.plan.params.iter().map(|param| &param.name);
        quote!(#( #[allow(unused_variables)] let #names = &#names; )*)
    }

    pub(crate) fn door(&self) -> TokenStream {
        let (companion, turbofish) = (&self.companion, &self.turbofish);
        quote!(#companion::__door #turbofish())
    }

    fn uncached(&self) -> TokenStream {
        let companion = &self.companion;
        let names = self.plan.params.iter().map(|param| &param.name);
        // A function with `impl Trait` arguments infers all its parameters or none.
        let turbofish = if self.has_impl_trait() { &quote!() } else { &self.turbofish };
        quote!(#companion::uncached #turbofish(#(#names),*))
    }

    fn has_impl_trait(&self) -> bool {
        self.plan.params.iter().any(|param| matches!(param.ty, syn::Type::ImplTrait(_)))
    }

    /// The signature under another name, its parameters by plain names.
    pub(crate) fn signature(&self, name: &Ident) -> Signature {
        let mut sig = self.plan.sig.clone();
        sig.ident = name.clone();
        for input in &mut sig.inputs {
            if let FnArg::Typed(typed) = input
                && let Pat::Ident(pat) = &mut *typed.pat
            {
                pat.mutability = None;
            }
        }
        sig
    }

    /// Whether an expression of the attribute names the parameter, which the body then need not.
    fn is_mentioned(&self, name: &Ident) -> bool {
        let branches = match &self.plan.branches {
            Branches::One(branch) => vec![branch],
            Branches::Two { on, off, .. } => vec![on, off],
        };
        branches.iter().any(|branch| {
            let mut tokens = branch.tenant.to_token_stream();
            if let Key::Expr(expr) = &branch.key {
                expr.to_tokens(&mut tokens);
            }
            mentions(tokens, name)
        })
    }

    /// The companion's type, and the body, which stands here and nowhere else.
    fn body(&self) -> TokenStream {
        let Plan { vis, body, lints, .. } = self.plan;
        let companion = &self.companion;
        let function = &self.plan.sig.ident;
        let mut sig = self.plan.sig.clone();
        sig.ident = Ident::new("uncached", sig.ident.span());
        for input in &mut sig.inputs {
            if let FnArg::Typed(typed) = input
                && let Pat::Ident(pat) = &*typed.pat
                && self.is_mentioned(&pat.ident)
            {
                typed.attrs.push(syn::parse_quote!(#[allow(unused_variables)]));
            }
        }
        let about = format!(" What can be done with [`{function}()`] beside calling it.");
        let uncached = format!(" The body of [`{function}()`]: neither looked up nor stored.");
        quote! {
            #[doc = #about]
            #[allow(non_camel_case_types, dead_code)]
            #[derive(::core::fmt::Debug)]
            #vis struct #companion {
                _private: (),
            }

            #[allow(dead_code)]
            impl #companion {
                #[doc = #uncached]
                #(#lints)*
                #vis #sig #body
            }
        }
    }
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
