//! The one function in which a key is taken, generic over what is asked of it.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{FnArg, Receiver, ReceiverKind, Signature};

use crate::expand::{Shell, types};
use crate::plan::{Branch, Key, Param, Placement};

use super::args::referred;
use super::ours::seen;

impl Shell<'_> {
    /// Asks something of the call's key: an expression.
    pub(crate) fn ask(&self, branch: &Branch, asks: &str, afresh: &TokenStream) -> TokenStream {
        let at = self.place(branch);
        let (private, asks) = (self.private_at(at), Ident::new(asks, at));
        let keyed = self.keyed(branch);
        if let Placement::Body = self.plan.placement {
            let (within, key) = (self.within(branch), self.taken(branch));
            let referred = referred(&keyed);
            return quote_spanned! {at=> {
                #within
                #referred
                #key
                <#private::#asks as #private::Ask<_, _, _, _>>::ask(&handle, &args, #afresh)
            }};
        }
        let (item, arguments) = (self.item("__ask", at), &self.arguments);
        // The receiver's own token: `self` of any other origin is another name.
        let receiver = self.receiver(branch).map(|receiver| receiver.self_token);
        let receiver = receiver.map(|receiver| quote_spanned!(at=> &#receiver,));
        // What is copied leaves no borrow behind, for which a future would keep the parameter.
        let passed =
            keyed.iter().map(
                |Param { name, is_plain, .. }| {
                    if *is_plain { quote!(#name) } else { quote_spanned!(at=> &#name) }
                },
            );
        quote_spanned! {at=>
            #item::<#(#arguments,)* #private::#asks>(#receiver #(#passed,)* #afresh)
        }
    }

    /// That function.
    pub(super) fn asking(&self, branch: &Branch) -> TokenStream {
        let at = self.place(branch);
        let private = self.private_at(at);
        let (returned, value, detailed) =
            (&self.plan.returns.ty, types::value(self, branch), types::detailed(self));
        let tier = types::tier(self, branch);
        let mut generics = self.plan.sig.generics.clone();
        for param in generics.lifetimes_mut() {
            param.lifetime.set_span(seen(param.lifetime.span()));
        }
        let asks = Ident::new("__Asks", at);
        generics.params.push(syn::parse_quote_spanned! {at=>
            #asks: #private::Ask<#returned, #value, #detailed, #tier>
        });
        let (params, _, bounds) = generics.split_for_impl();
        let receiver = self.borrowed(branch).map(|receiver| quote!(#receiver,));
        let taken = self.keyed(branch).into_iter().map(|param| {
            let Param { name, ty, is_plain, .. } = param;
            if *is_plain { quote!(#name: #ty) } else { quote_spanned!(at=> #name: &#ty) }
        });
        let (name, key) = (self.named("__ask"), self.taken(branch));
        quote_spanned! {at=>
            #[doc(hidden)]
            #[inline(always)]
            fn #name #params (#receiver #(#taken,)* afresh: ::core::primitive::bool) -> #asks::Out #bounds {
                #key
                #asks::ask(&handle, &args, afresh)
            }
        }
    }

    /// The parameters that the key is made of, or the tenant.
    pub(crate) fn keyed(&self, branch: &Branch) -> Vec<&Param> {
        let all = self.plan.params.iter().enumerate();
        let keyed = all.filter(|(index, param)| {
            let is_part = matches!(&branch.key, Key::Params(taken) if taken.contains(index));
            is_part || param.names().iter().any(|name| Self::is_keyed(branch, name))
        });
        keyed.map(|(_, param)| param).collect()
    }

    /// The receiver, if the key or the tenant is made of it.
    pub(crate) fn receiver(&self, branch: &Branch) -> Option<&Receiver> {
        let receiver = self.plan.sig.receiver()?;
        let word = Ident::new("self", receiver.self_token.span);
        Self::is_keyed(branch, &word).then_some(receiver)
    }

    /// That receiver, borrowed: a key needs no more.
    fn borrowed(&self, branch: &Branch) -> Option<TokenStream> {
        let (at, receiver) = (self.place(branch), self.receiver(branch)?);
        let word = &receiver.self_token;
        Some(match (&receiver.kind, &self.plan.placement) {
            (ReceiverKind::Typed(_, ty), _) => quote_spanned!(at=> #word: &#ty),
            (_, Placement::Apart(_)) => quote_spanned!(at=> #word: &Self),
            _ => quote_spanned!(at=> &#word),
        })
    }

    /// The signature of a companion's function that runs no body: of the parameters, those that the
    /// key or the tenant is made of.
    pub(super) fn keyed_signature(&self, branch: &Branch, name: &Ident) -> Signature {
        let mut sig = self.companion_signature(name);
        let keyed: Vec<_> = self.keyed(branch).into_iter().map(|param| &param.name).collect();
        let mut names = self.plan.params.iter().map(|param| &param.name);
        let typed = sig.inputs.into_iter().filter_map(|input| match input {
            FnArg::Typed(mut typed) => {
                let name = names.next().filter(|name| keyed.contains(name))?;
                *typed.pat = syn::parse_quote!(#name);
                Some(FnArg::Typed(typed))
            }
            FnArg::Receiver(_) => None,
        });
        let receiver = self.borrowed(branch).map(|receiver| syn::parse_quote!(#receiver));
        sig.inputs = receiver.into_iter().chain(typed).collect();
        sig.asyncness = None;
        sig
    }

    pub(super) fn handle(&self, branch: &Branch) -> TokenStream {
        if let Placement::Body = self.plan.placement {
            return self.handle_within(branch);
        }
        let (at, turbofish) = (self.place(branch), &self.turbofish);
        let handle = self.item("__handle", at);
        quote_spanned!(at=> #handle #turbofish())
    }
}
