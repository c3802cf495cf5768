//! A call: what is asked of its key, and what is left of it where that finds nothing.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};

use crate::expand::Shell;
use crate::plan::{Branch, Placement};

impl Shell<'_> {
    /// A call, unless `force_refresh` says that it computes anew; `asks` says what for.
    pub(crate) fn lookup(&self, branch: &Branch, asks: &str) -> TokenStream {
        let (fresh, afresh) = self.fresh(branch);
        let call = self.call(branch, asks, &afresh);
        quote!(#fresh #call)
    }

    /// Looks for the value, unless `afresh`; where it is not, runs the rest of the call.
    pub(crate) fn call(&self, branch: &Branch, asks: &str, afresh: &TokenStream) -> TokenStream {
        let asked = self.ask(branch, asks, afresh);
        // A hit returns before anything is declared that a future would have to keep. What is
        // asked is taken whole on either way: a `match` would leave a flag in the future, which
        // says whether there is something to drop.
        let miss = quote_spanned! {self.place(branch)=>
            let miss = {
                let asked = #asked;
                if asked.is_answered() {
                    return asked.answer();
                }
                asked.missed()
            };
        };
        let rest = self.rest(branch);
        quote!(#miss #rest)
    }

    /// Runs what `miss` leaves of a call.
    pub(crate) fn rest(&self, branch: &Branch) -> TokenStream {
        let at = self.place(branch);
        let run = match &self.plan.placement {
            Placement::Body => self.run_within(),
            _ => self.uncached(branch),
        };
        if self.is_async() {
            return quote_spanned! {at=>
                miss.run(#run).await
            };
        }
        // The body runs here, between two calls of the core, and not inside either: only this
        // function's own frame is under it.
        quote_spanned! {at=>
            match miss.begin() {
                ::core::result::Result::Ok(frame) => {
                    let returned = #run;
                    frame.end(returned)
                }
                ::core::result::Result::Err(ended) => ended,
            }
        }
    }

    fn uncached(&self, branch: &Branch) -> TokenStream {
        let (at, turbofish) = (self.place(branch), &self.turbofish);
        let uncached = self.item("uncached", at);
        // The receiver's own token: `self` of any other origin is another name.
        let receiver = self.plan.sig.receiver().map(|receiver| receiver.self_token);
        let receiver = receiver.map(|receiver| receiver.to_token_stream());
        let names = self.plan.params.iter().map(|param| param.name.to_token_stream());
        let arguments = receiver.into_iter().chain(names);
        quote_spanned!(at=> #uncached #turbofish(#(#arguments),*))
    }

    /// Whether the call computes anew whatever is stored: what is bound before, and how it is then
    /// named.
    fn fresh(&self, branch: &Branch) -> (TokenStream, TokenStream) {
        let Some(expr) = &branch.force_refresh else { return (quote!(), quote!(false)) };
        let at = self.place(branch);
        let (fresh, shadows) = (Ident::new("fresh", at), self.shadows());
        let bound = quote_spanned! {at=>
            let #fresh: ::core::primitive::bool = {
                #shadows
                #expr
            };
        };
        (bound, quote!(#fresh))
    }
}
