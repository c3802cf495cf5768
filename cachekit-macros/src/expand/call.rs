//! A call: the lookup, and what is left of it where that finds nothing.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote_spanned};

use crate::expand::{Shell, types};
use crate::plan::{Branch, Placement};

impl Shell<'_> {
    /// Looks for the value; where it is not, runs the rest of the call.
    pub(crate) fn lookup(&self, branch: &Branch, look: &str, tells: &str) -> TokenStream {
        // A hit returns before anything is declared that a future would have to keep.
        let miss = self.with_args(branch, |handle, args| {
            let private = self.private_at(self.place(branch));
            let look = Ident::new(look, self.place(branch));
            let fresh = self.fresh(branch);
            quote_spanned! {self.place(branch)=>
                #fresh
                if !fresh {
                    if let ::core::option::Option::Some(found) = #private::#look(#handle, #args) {
                        return found;
                    }
                }
                let miss = #private::miss(#handle, #args, fresh);
                miss
            }
        });
        self.rest(branch, &miss, tells)
    }

    /// Runs what `miss` leaves of a call; `tells` says what its end comes to.
    pub(crate) fn rest(&self, branch: &Branch, miss: &TokenStream, tells: &str) -> TokenStream {
        let at = self.place(branch);
        let (private, tier) = (self.private_at(at), types::tier(self, branch));
        let tells = Ident::new(tells, at);
        // The tier is stated for the sake of messages: what else is wrong is then told alone.
        let miss = quote_spanned!(at=> let miss: #private::Miss<_, _, #tier> = #miss;);
        let run = match &self.plan.placement {
            Placement::Body => self.run_within(),
            _ => self.uncached(branch),
        };
        if self.is_async() {
            return quote_spanned! {at=>
                #miss
                miss.run::<#private::#tells, _>(#run).await
            };
        }
        // The body runs here, between two calls of the core, and not inside either: only this
        // function's own frame is under it.
        quote_spanned! {at=>
            #miss
            match miss.begin::<#private::#tells>() {
                ::core::result::Result::Ok(frame) => {
                    let returned = #run;
                    frame.end(returned)
                }
                ::core::result::Result::Err(ended) => ended,
            }
        }
    }

    pub(crate) fn handle(&self, branch: &Branch) -> TokenStream {
        if let Placement::Body = self.plan.placement {
            return self.handle_within(branch);
        }
        let (handle, turbofish) = (self.item("__handle", self.place(branch)), &self.turbofish);
        quote_spanned!(self.place(branch)=> #handle #turbofish())
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
}
