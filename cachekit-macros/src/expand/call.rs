//! A call: what is asked of its key, and what is left of it where that finds nothing.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};

use crate::expand::Shell;
use crate::plan::Branch;

impl Shell<'_> {
    /// The function's own call: looks for the value, and runs the rest where it is not.
    pub(crate) fn lookup(&self, branch: &Branch) -> TokenStream {
        let (fresh, afresh) = self.fresh(branch);
        let asked = self.ask(branch, "Returned", &afresh);
        let rest = self.rest(branch);
        // A hit returns before anything is declared that a future would have to keep. What is
        // asked is taken whole on either way: a `match` would leave a flag in the future, which
        // says whether there is something to drop.
        quote_spanned! {self.place(branch)=>
            #fresh
            let miss = {
                let asked = #asked;
                if asked.is_answered() {
                    return asked.answer();
                }
                asked.missed()
            };
            #rest
        }
    }

    /// The same, with the story.
    pub(crate) fn told(&self, branch: &Branch) -> TokenStream {
        let (fresh, afresh) = self.fresh(branch);
        self.whole(branch, "Detailed", &fresh, &afresh)
    }

    /// A call that computes anew whatever is stored.
    pub(crate) fn anew(&self, branch: &Branch) -> TokenStream {
        self.whole(branch, "Returned", &quote!(), &quote!(true))
    }

    /// A companion's call, of whose hit no more is asked than that it is one.
    fn whole(
        &self,
        branch: &Branch,
        asks: &str,
        before: &TokenStream,
        afresh: &TokenStream,
    ) -> TokenStream {
        let at = self.place(branch);
        let (asked, run) = (self.ask(branch, asks, afresh), self.uncached(branch));
        if self.is_async() {
            let private = self.private_at(at);
            return quote_spanned! {at=>
                #private::lazily(move || {
                    #before
                    let asked = #asked;
                    asked.run(#run)
                })
            };
        }
        quote_spanned! {at=>
            #before
            let asked = #asked;
            asked.or_else(|| #run)
        }
    }

    /// The call that makes an entry, of which nobody waits for more than that it is made.
    pub(crate) fn made(&self, branch: &Branch) -> TokenStream {
        self.whole(branch, "Made", &quote!(), &quote!(false))
    }

    /// Runs what `miss` leaves of a call.
    fn rest(&self, branch: &Branch) -> TokenStream {
        let at = self.place(branch);
        let run = if self.plan.placement.keeps_body() {
            self.run_within()
        } else {
            self.uncached(branch)
        };
        if self.is_async() {
            return quote_spanned!(at=> miss.run(#run).await);
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
