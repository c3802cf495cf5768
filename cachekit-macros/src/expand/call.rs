//! A call: the lookup, and what is left of it where that finds nothing.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};

use crate::expand::{Shell, types};
use crate::plan::{Branch, Placement};

impl Shell<'_> {
    /// Looks for the value; where it is not, runs the rest of the call.
    pub(crate) fn lookup(
        &self,
        branch: &Branch,
        look: &str,
        blocking: &str,
        future: &str,
    ) -> TokenStream {
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
        self.rest(branch, &miss, blocking, future)
    }

    /// Runs what `miss` leaves of a call.
    pub(crate) fn rest(
        &self,
        branch: &Branch,
        miss: &TokenStream,
        blocking: &str,
        future: &str,
    ) -> TokenStream {
        let at = self.place(branch);
        let (private, tier) = (self.private_at(at), types::tier(self, branch));
        let how = Ident::new(if self.is_async() { future } else { blocking }, at);
        let run = match (&self.plan.placement, self.is_async()) {
            (Placement::Body, is_async) => self.run_within(!is_async),
            (_, true) => self.uncached(branch),
            (_, false) => {
                let uncached = self.uncached(branch);
                quote_spanned!(at=> move || #uncached)
            }
        };
        let end = if self.is_async() { quote_spanned!(at=> .await) } else { quote!() };
        // The tier is stated for the sake of messages: what else is wrong is then told alone.
        quote_spanned! {at=>
            let miss: #private::Miss<_, _, #tier, _> = #miss;
            miss.#how(#run)#end
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
