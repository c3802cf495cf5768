//! A type as a key, in tokens: one shape for structs and enums, which are matched alike.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DeriveInput, parse_quote};

use super::{Key, Part, Variant, owned};
use crate::bounds;
use crate::paths::generated;

/// Renders the two impls, and the owned form of the key.
///
/// The owned form is a type of its own: a type that contains itself owns as one that does, and what
/// private fields are made of stays private. It names no lifetime, because what an entry keeps
/// borrows nothing.
pub(super) fn expand(input: &DeriveInput, key: &Key) -> TokenStream {
    let (private, name) = (key.paths.private(), &input.ident);
    let parts = || key.variants.iter().flat_map(|variant| &variant.parts);
    let bound = key.paths.public("CacheKey");
    let mut generics = bounds::with(input, parts().map(|part| &part.ty), &bound);
    generics.type_params_mut().for_each(|param| param.bounds.push(parse_quote!('static)));
    let (params, arguments, bounds) = generics.split_for_impl();
    let stored = stored(key, &owned::generics(&generics));
    let owned = owned::generics(&generics).arguments;
    let [hash_part, own, encode] = [hash_part(key), own(key), encode(key)];
    let (eq_part, to, state) = (eq_part(key), local("to"), local("state"));
    quote! {
        #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
        const _: () = {
            #stored

            #[automatically_derived]
            impl #params #private::KeyPart for #name #arguments #bounds {
                type Owned = __CachekitKey #owned;

                #[inline]
                fn hash_part<__CachekitHasher: ::core::hash::Hasher>(
                    &self,
                    #state: &mut __CachekitHasher,
                ) {
                    #hash_part
                }

                #[inline]
                fn eq_part(&self, owned: &Self::Owned) -> bool {
                    #eq_part
                }

                fn own(&self) -> Self::Owned {
                    #own
                }
            }

            #[automatically_derived]
            impl #params #private::Canonical for #name #arguments #bounds {
                fn encode(&self, #to: &mut #private::Encoder) {
                    #encode
                }
            }
        };
    }
}

/// The owned form: a public type, as a trait's type must be, around a private one.
fn stored(key: &Key, generics: &owned::Generics) -> TokenStream {
    let owned::Generics { params, arguments, bounds, marks } = generics;
    let variants = key.variants.iter().map(|variant| {
        let (name, parts) = (&variant.name, variant.parts.iter().map(|part| part.owned(key)));
        quote!(#name(#(#parts),*))
    });
    let arms = |then: &dyn Fn(&Variant) -> TokenStream| {
        let arms = key.variants.iter().map(|variant| {
            let (name, parts) = (&variant.name, variant.parts.iter().map(|part| &part.name));
            let body = then(variant);
            quote!(__CachekitParts::#name(#(#parts),*) => #body,)
        });
        let unmarked = (!marks.is_empty())
            .then(|| quote!(__CachekitParts::__CachekitMark(never, ..) => match *never {},));
        let arms = quote!(#(#arms)* #unmarked);
        if arms.is_empty() { quote!(match self.0 {}) } else { quote!(match &self.0 { #arms }) }
    };
    let clone = arms(&|variant| {
        let (name, parts) = (&variant.name, variant.parts.iter().map(|part| &part.name));
        quote!(__CachekitKey(__CachekitParts::#name(#(::core::clone::Clone::clone(#parts)),*)))
    });
    let equal = arms(&|variant| {
        let (name, theirs) = (&variant.name, variant.parts.iter().map(Part::theirs));
        let pairs = variant.parts.iter().map(|part| {
            let (ours, theirs) = (&part.name, part.theirs());
            quote!(::core::cmp::PartialEq::eq(#ours, #theirs))
        });
        quote! {
            match &other.0 {
                __CachekitParts::#name(#(#theirs),*) => true #(&& #pairs)*,
                _ => false,
            }
        }
    });
    // A parameter of the type must stand somewhere in it, also where all of its fields are skipped.
    let mark = (!marks.is_empty()).then(|| {
        quote!(__CachekitMark(::core::convert::Infallible, ::core::marker::PhantomData<fn() -> (#marks)>))
    });
    quote! {
        pub struct __CachekitKey #params (__CachekitParts #arguments) #bounds;

        enum __CachekitParts #params #bounds {
            #(#variants,)*
            #mark
        }

        impl #params ::core::clone::Clone for __CachekitKey #arguments #bounds {
            fn clone(&self) -> Self {
                #clone
            }
        }

        impl #params ::core::cmp::PartialEq for __CachekitKey #arguments #bounds {
            fn eq(&self, other: &Self) -> bool {
                #equal
            }
        }

        impl #params ::core::cmp::Eq for __CachekitKey #arguments #bounds {}
    }
}

fn hash_part(key: &Key) -> TokenStream {
    let state = local("state");
    arms(key, |at, variant| {
        // A struct has nothing to be told apart from.
        let which = variant.label.as_ref();
        let which = which.map(|_| quote!(::core::hash::Hasher::write_usize(#state, #at);));
        let parts = variant.parts.iter().map(|part| part.call(key, "hash_part", &quote!(, #state)));
        quote!(#which #(#parts;)*)
    })
}

fn own(key: &Key) -> TokenStream {
    arms(key, |_, variant| {
        let name = &variant.name;
        let parts = variant.parts.iter().map(|part| {
            let own = part.call(key, "own", &quote!());
            if part.is_behind { quote!(::std::boxed::Box::new(#own)) } else { own }
        });
        quote!(__CachekitKey(__CachekitParts::#name(#(#parts),*)))
    })
}

fn eq_part(key: &Key) -> TokenStream {
    arms(key, |_, variant| {
        let name = &variant.name;
        let theirs = || variant.parts.iter().map(Part::theirs);
        let (names, parts) = (theirs(), variant.parts.iter().zip(theirs()));
        let equal = parts.map(|(part, theirs)| part.call(key, "eq_part", &quote!(, #theirs)));
        quote! {
            match &owned.0 {
                __CachekitParts::#name(#(#names),*) => true #(&& #equal)*,
                _ => false,
            }
        }
    })
}

/// What is written for L2.
fn encode(key: &Key) -> TokenStream {
    let to = local("to");
    arms(key, |_, variant| {
        let count = variant.parts.len();
        let begin = variant.label.as_ref().map_or_else(
            || quote!(#to.record(#count)),
            |label| quote!(#to.variant(#label, #count)),
        );
        let fields = variant.parts.iter().map(|Part { label, name, ty, .. }| {
            quote_spanned!(generated(ty.span())=> #to.field(#label, #name))
        });
        quote!(#begin; #(#fields;)*)
    })
}

/// A `match` of a value with an arm for each variant.
fn arms(key: &Key, then: impl Fn(usize, &Variant) -> TokenStream) -> TokenStream {
    if key.variants.is_empty() {
        return quote!(match *self {});
    }
    let arms = key.variants.iter().enumerate().map(|(at, variant)| {
        let (pattern, body) = (variant.pattern(), then(at, variant));
        quote!(#pattern => { #body })
    });
    quote!(match self { #(#arms)* })
}

impl Variant {
    /// Matches a value and binds its parts.
    fn pattern(&self) -> TokenStream {
        let path = &self.path;
        let parts = self.parts.iter().map(|Part { member, name, .. }| quote!(#member: #name));
        quote!(#path { #(#parts,)* .. })
    }
}

impl Part {
    /// The part's owned form.
    fn owned(&self, key: &Key) -> TokenStream {
        let (private, ty) = (key.paths.private_at(self.ty.span()), owned::ty(&self.ty));
        let owned = quote_spanned! {generated(self.ty.span())=>
            <#ty as #private::KeyPart>::Owned
        };
        if self.is_behind { quote!(::std::boxed::Box<#owned>) } else { owned }
    }

    /// Calls a method of the part; what the compiler says of it points at the field's type.
    fn call(&self, key: &Key, method: &str, arguments: &TokenStream) -> TokenStream {
        let (private, at) = (key.paths.private_at(self.ty.span()), generated(self.ty.span()));
        let (method, name) = (Ident::new(method, at), &self.name);
        quote_spanned!(at=> #private::KeyPart::#method(#name #arguments))
    }

    /// What the same part of a stored key is bound to.
    fn theirs(&self) -> Ident {
        format_ident!("{}_theirs", self.name)
    }
}

/// A parameter of ours; a field's type may come from another macro, and its tokens with it.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
