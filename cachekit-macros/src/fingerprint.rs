//! The derive of `Fingerprint`: names and types of fields and variants, recursively.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, GenericParam, Path, parse_quote};

use crate::errors::Errors;
use crate::paths::Paths;

/// Derives `Fingerprint`.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let derived = match syn::parse2::<DeriveInput>(item) {
        Ok(input) => implement(&input, &mut errors),
        Err(error) => {
            errors.add(error);
            TokenStream::new()
        }
    };
    let errors = errors.finish();
    quote!(#errors #derived)
}

fn implement(input: &DeriveInput, errors: &mut Errors) -> TokenStream {
    let paths = Paths::new(root(&input.attrs, errors).as_ref());
    let (name, private) = (&input.ident, paths.private());
    let mut generics = input.generics.clone();
    for param in &mut generics.params {
        if let GenericParam::Type(param) = param {
            param.bounds.push(parse_quote!(#private::Fingerprint));
        }
    }
    let (params, arguments, bounds) = generics.split_for_impl();
    let label = labelled(name, &input.attrs);
    let parts = match &input.data {
        Data::Struct(data) => fields(&data.fields, &private),
        Data::Enum(data) => {
            let variants = data.variants.iter().map(|variant| {
                let label = labelled(&variant.ident, &variant.attrs);
                let fields = fields(&variant.fields, &private);
                quote!(to.variant(#label, |to| { #fields });)
            });
            quote!(#(#variants)*)
        }
        Data::Union(data) => {
            errors.at(
                data.union_token,
                "a union does not say which of its fields is stored; store a struct or an enum",
            );
            quote!()
        }
    };
    quote! {
        #[automatically_derived]
        impl #params #private::Fingerprint for #name #arguments #bounds {
            #[allow(unused_variables)]
            fn outline(to: &mut #private::Outline) {
                to.record::<Self>(#label, |to| { #parts });
            }
        }
    }
}

fn fields(fields: &Fields, private: &TokenStream) -> TokenStream {
    let parts = fields.iter().enumerate().filter(|(_, field)| !is_skipped(&field.attrs)).map(
        |(index, field)| {
            let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
            let (label, ty) = (labelled(&name, &field.attrs), &field.ty);
            quote_spanned!(ty.span()=> #private::part::<#ty>(to, #label);)
        },
    );
    quote!(#(#parts)*)
}

/// A name with what serde is told of it, which changes the stored form as a name does.
fn labelled(name: &impl ToString, attrs: &[Attribute]) -> String {
    let mut label = name.to_string();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        label.push(' ');
        label.push_str(&attr.meta.to_token_stream().to_string());
    }
    label
}

/// Whether serde stores nothing of a field.
fn is_skipped(attrs: &[Attribute]) -> bool {
    let mut skipped = false;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        // What this does not understand, serde's own derive reports.
        let parsed = attr.parse_nested_meta(|meta| {
            skipped |= meta.path.is_ident("skip");
            if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            } else if meta.input.peek(syn::token::Paren) {
                let content;
                syn::parenthesized!(content in meta.input);
                content.parse::<TokenStream>()?;
            }
            Ok(())
        });
        drop(parsed);
    }
    skipped
}

/// What `#[fingerprint(crate = path)]` says.
fn root(attrs: &[Attribute], errors: &mut Errors) -> Option<Path> {
    let mut root = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("fingerprint")) {
        let parsed = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                root = Some(meta.value()?.parse()?);
                Ok(())
            } else {
                Err(meta.error("`#[fingerprint(..)]` takes `crate = path` alone in this version"))
            }
        });
        if let Err(error) = parsed {
            errors.add(error);
        }
    }
    root
}
