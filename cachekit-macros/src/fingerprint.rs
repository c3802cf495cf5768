//! The derive of `Fingerprint`: names and types of fields and variants, recursively.

mod wire;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Fields, Lit, Path, Token, Type};

use crate::bounds;
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
    let stated = Stated::read(&input.attrs, Place::Type, errors);
    let paths = Paths::new(stated.root.as_ref());
    let (name, private, to) = (&input.ident, paths.private(), outline());
    let mut parts = Parts { private: &private, types: Vec::new() };
    let told = wire::read(&input.attrs);
    let version = stated.version.map(|version| quote!(#to.version(#version);));
    // What serde turns a value into is what it stores, whatever the value's own fields are.
    let own = told.into.is_none().then(|| own(&input.data, &mut parts, errors));
    let into = told.into.map(|ty| parts.part(&ty, "into"));
    let from = told.from.map(|ty| parts.part(&ty, "from"));
    let bound = quote!(#private::Fingerprint);
    let generics = bounds::with(input, parts.types.iter(), &bound);
    let (params, arguments, bounds) = generics.split_for_impl();
    let label = wire::labelled(name, &input.attrs);
    quote! {
        #[automatically_derived]
        impl #params #private::Fingerprint for #name #arguments #bounds {
            fn outline(#to: &mut #private::Outline) {
                #to.record::<Self>(#label, |#to| { #version #own #into #from });
            }
        }
    }
}

/// The type's own fields and variants.
fn own(data: &Data, parts: &mut Parts<'_>, errors: &mut Errors) -> TokenStream {
    let to = outline();
    match data {
        Data::Struct(data) => parts.fields(&data.fields, errors),
        Data::Enum(data) => {
            let variants = data.variants.iter().map(|variant| {
                let label = wire::labelled(&variant.ident, &variant.attrs);
                Stated::read(&variant.attrs, Place::Variant, errors);
                let skip = wire::read(&variant.attrs).skip;
                let fields = (!skip).then(|| parts.fields(&variant.fields, errors));
                quote!(#to.variant(#label, |#to| { #fields });)
            });
            variants.collect()
        }
        Data::Union(data) => {
            errors.at(
                data.union_token,
                "a union does not say which of its fields is stored; store a struct or an enum",
            );
            quote!()
        }
    }
}

/// What parts are written to; a field's type may come from another macro, and its tokens with it.
fn outline() -> Ident {
    Ident::new("to", Span::mixed_site())
}

/// The parts, and the types that they ask a fingerprint of.
struct Parts<'a> {
    private: &'a TokenStream,
    types: Vec<Type>,
}

impl Parts<'_> {
    fn fields(&mut self, fields: &Fields, errors: &mut Errors) -> TokenStream {
        let mut parts = TokenStream::new();
        for (index, field) in fields.iter().enumerate() {
            let Stated { version, .. } = Stated::read(&field.attrs, Place::Field, errors);
            if wire::read(&field.attrs).skip {
                continue;
            }
            let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
            let label = wire::labelled(&name, &field.attrs);
            let to = outline();
            parts.extend(match version {
                Some(version) => quote!(#to.stated(#label, #version);),
                None => self.part(&field.ty, &label),
            });
        }
        parts
    }

    fn part(&mut self, ty: &Type, label: &str) -> TokenStream {
        let (private, to) = (self.private, outline());
        self.types.push(ty.clone());
        quote_spanned!(ty.span()=> #private::part::<#ty>(#to, #label);)
    }
}

/// What `#[fingerprint(..)]` may stand on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Type,
    Variant,
    Field,
}

/// What `#[fingerprint(..)]` says.
#[derive(Default)]
struct Stated {
    root: Option<Path>,
    version: Option<Expr>,
}

impl Stated {
    fn read(attrs: &[Attribute], place: Place, errors: &mut Errors) -> Self {
        let mut stated = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("fingerprint")) {
            if place == Place::Variant {
                errors.at(
                    attr,
                    "a variant has no fingerprint of its own; write `#[fingerprint(version = 1)]` \
                     on the type, or on a field of the variant",
                );
                continue;
            }
            let parsed = attr.parse_nested_meta(|meta| {
                if meta.path.is_ident("version") {
                    stated.version = Some(number(&meta)?);
                    Ok(())
                } else if meta.path.is_ident("crate") && place == Place::Type {
                    stated.root = Some(meta.value()?.parse()?);
                    Ok(())
                } else {
                    Err(meta.error(match place {
                        Place::Type => "a type takes `version = 1` and `crate = path`",
                        _ => {
                            "a field takes `version = 1` alone; one that is not stored \
                              is left out with `#[serde(skip)]`"
                        }
                    }))
                }
            });
            if let Err(error) = parsed {
                errors.add(error);
            }
        }
        stated
    }
}

/// A number that changes with what is stored, or a const.
fn number(meta: &ParseNestedMeta<'_>) -> syn::Result<Expr> {
    let message = "`version` is a whole number; write `version = 1`";
    if !meta.input.peek(Token![=]) {
        return Err(meta.error(message));
    }
    let value: Expr = meta.value()?.parse()?;
    let fits = match &value {
        Expr::Lit(ExprLit { lit: Lit::Int(lit), .. }) => lit.base10_parse::<u64>().is_ok(),
        Expr::Lit(_) | Expr::Unary(_) => false,
        _ => true,
    };
    if fits { Ok(value) } else { Err(syn::Error::new_spanned(value, message)) }
}
