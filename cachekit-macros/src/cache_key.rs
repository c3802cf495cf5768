//! The derive of `CacheKey`: every field that is not left out, by name, looked up where it lies.

mod expand;
mod owned;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Path, Type};

use crate::check::mentions;
use crate::errors::Errors;
use crate::paths::Paths;

/// Derives `CacheKey`.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let derived = match syn::parse2::<DeriveInput>(item) {
        Ok(input) => {
            let key = read(&input, &mut errors);
            // A broken derive adds no errors about what it would have needed.
            key.filter(|_| errors.is_empty()).map(|key| expand::expand(&input, &key))
        }
        Err(error) => {
            errors.add(error);
            None
        }
    };
    let errors = errors.finish();
    quote!(#errors #derived)
}

/// A type as a key.
struct Key {
    paths: Paths,
    /// A struct is a single variant without a name of its own.
    variants: Vec<Variant>,
}

struct Variant {
    /// What a value of it is matched by: `Self`, `Self::Variant`.
    path: TokenStream,
    name: Ident,
    /// The name in L2's key; none of a struct.
    label: Option<String>,
    /// In the order of their names, so that moving one keeps the entries.
    parts: Vec<Part>,
}

/// A field that is part of the key.
struct Part {
    member: TokenStream,
    label: String,
    ty: Type,
    /// Whether it is behind a pointer, which no owned form keeps by itself: a type that contains
    /// itself needs one.
    is_behind: bool,
    /// What it is bound to, and its owned form's type parameter.
    name: Ident,
}

fn read(input: &DeriveInput, errors: &mut Errors) -> Option<Key> {
    let root = root(&input.attrs, errors);
    let paths = Paths::new(root.as_ref());
    let mut numbers = 0..;
    let mut parts = |fields: &Fields, errors: &mut Errors| {
        let kept = fields.iter().enumerate().filter(|(_, field)| !is_skipped(field, errors));
        let kept: Vec<_> = kept.collect();
        let mut parts: Vec<_> =
            kept.into_iter().zip(&mut numbers).map(|((at, field), n)| part(at, field, n)).collect();
        parts.sort_by(|a, b| a.label.cmp(&b.label));
        parts
    };
    let variants = match &input.data {
        Data::Struct(data) => vec![Variant {
            path: quote!(Self),
            name: input.ident.clone(),
            label: None,
            parts: parts(&data.fields, errors),
        }],
        Data::Enum(data) => data
            .variants
            .iter()
            .map(|variant| {
                misplaced(&variant.attrs, errors);
                let name = &variant.ident;
                Variant {
                    path: quote!(Self::#name),
                    name: name.clone(),
                    label: Some(name.unraw().to_string()),
                    parts: parts(&variant.fields, errors),
                }
            })
            .collect(),
        Data::Union(data) => {
            errors.at(
                data.union_token,
                "a union does not say which of its fields is there; make the key a struct or an enum",
            );
            return None;
        }
    };
    Some(Key { paths, variants })
}

fn part(at: usize, field: &Field, number: usize) -> Part {
    let index = syn::Index::from(at);
    Part {
        member: field.ident.as_ref().map_or_else(|| quote!(#index), |name| quote!(#name)),
        label: field.ident.as_ref().map_or_else(|| at.to_string(), |name| name.unraw().to_string()),
        is_behind: ["Box", "Rc", "Arc"]
            .iter()
            .any(|name| mentions(field.ty.to_token_stream(), name)),
        ty: field.ty.clone(),
        name: format_ident!("__cachekit_{number}", span = Span::mixed_site()),
    }
}

/// Whether `#[cache_key(skip)]` stands on a field.
fn is_skipped(field: &Field, errors: &mut Errors) -> bool {
    let mut skipped = false;
    for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("cache_key")) {
        let parsed = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("skip") && !meta.input.peek(syn::Token![=]) {
                skipped = true;
                return Ok(());
            }
            Err(meta.error("a field takes `skip` alone; write `#[cache_key(skip)]`"))
        });
        if let Err(error) = parsed {
            errors.add(error);
        }
    }
    skipped
}

/// Reports what stands on a variant.
fn misplaced(attrs: &[Attribute], errors: &mut Errors) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("cache_key")) {
        errors.at(
            attr,
            "a variant is always part of the key, or two of them would share entries; \
             leave out its fields, each with `#[cache_key(skip)]`",
        );
    }
}

/// What `#[cache_key(crate = path)]` says.
fn root(attrs: &[Attribute], errors: &mut Errors) -> Option<Path> {
    let mut root = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("cache_key")) {
        let parsed = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                root = Some(meta.value()?.parse()?);
                return Ok(());
            }
            Err(meta
                .error("a type takes `crate = path` alone; `#[cache_key(skip)]` goes on a field"))
        });
        if let Err(error) = parsed {
            errors.add(error);
        }
    }
    root
}
