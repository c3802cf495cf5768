//! A function that holds all it needs in its own body, because nothing can be added around it.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::FnArg;
use syn::spanned::Spanned;

use crate::expand::{Shell, spec, types};
use crate::paths::generated;
use crate::plan::{Branch, Owner, Placement};

impl Shell<'_> {
    /// The static and the bounds that a lookup in this body needs.
    pub(super) fn within(&self, branch: &Branch) -> TokenStream {
        let Placement::Body = self.plan.placement else { return quote!() };
        let private = &self.private;
        let (spec, part) = (spec::spec(self, branch), self.bounded(branch));
        let tenant = self.tenant_bound(branch);
        quote! {
            static __SITE: #private::Site = #private::Site::new(#spec);
            #part
            #tenant
        }
    }

    /// The handle, made where it is used.
    ///
    /// The types around a function on which the attribute stands alone cannot be named. `Self` tells
    /// most of them apart, and the type of a closure all: it has every parameter in scope.
    pub(super) fn handle_within(&self, branch: &Branch) -> TokenStream {
        let span = self.plan.returns.ty.span();
        let private = self.private_at(span);
        let (tier, types) = (types::tier(self, branch), types::types(self, branch));
        let handle = if let Owner::Unseen = self.plan.owner {
            quote_spanned! {generated(span)=>
                #private::Handle::<_, #tier, _>::marked(
                    &__SITE,
                    || #types,
                    &(::core::marker::PhantomData::<Self>, || ()),
                )
            }
        } else {
            let generics = types::generics(self);
            quote_spanned! {generated(span)=>
                #private::Handle::<_, #tier, #generics>::new(&__SITE, || #types)
            }
        };
        let (returned, value) = (&self.plan.returns.ty, types::value(self, branch));
        let detailed = types::detailed(self);
        quote_spanned! {generated(span)=>
            #private::opaque::<#returned, #value, #detailed, _, _, _>(#handle)
        }
    }

    /// The body behind what takes its arguments apart, where their patterns stood.
    fn taken_apart(&self, body: &TokenStream) -> TokenStream {
        let typed = self.plan.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => Some(&*typed.pat),
            FnArg::Receiver(_) => None,
        });
        let patterns: Vec<_> = typed
            .zip(&self.plan.params)
            .filter(|(_, param)| param.pattern.is_some())
            .map(|(pattern, param)| {
                let name = &param.name;
                quote!(let #pattern = #name;)
            })
            .collect();
        if patterns.is_empty() { body.clone() } else { quote!({ #(#patterns)* #body }) }
    }

    /// The body, as what is run on a miss; its type is stated, as that of a function is.
    pub(super) fn run_within(&self) -> TokenStream {
        let (ty, at) = (&self.plan.returns.ty, Span::mixed_site());
        let body = self.plan.boxed.as_ref().map_or(&self.plan.body, |boxed| &boxed.body);
        let body = self.taken_apart(body);
        if !self.is_async() {
            let private = self.private_at(at);
            return quote_spanned!(at=> #private::run(move || -> #ty #body));
        }
        quote_spanned! {at=>
            async move {
                if let ::core::option::Option::Some(returned) = ::core::option::Option::None::<#ty> {
                    return returned;
                }
                let returned: #ty = #body;
                returned
            }
        }
    }
}
