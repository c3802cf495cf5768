//! The companion's `warm`: the entries of many arguments, made before anybody asks.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{FnArg, GenericArgument, GenericParam, PathArguments, ReceiverKind, Type};

use crate::expand::Shell;
use crate::plan::Branch;

/// The method, where arguments can be listed: there are some, and an instance, if there is one,
/// serves many calls.
pub(super) fn warm(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let plan = shell.plan;
    let shared = |kind: &ReceiverKind| matches!(kind, ReceiverKind::Reference(_, _, None));
    let receives = plan.sig.receiver().is_none_or(|receiver| shared(&receiver.kind));
    if plan.params.is_empty() || plan.boxed.is_some() || !receives {
        return quote!();
    }
    let (at, private) = (shell.place(branch), &shell.private);
    let warmed = shell.paths.public("Warmed");
    let mut sig = shell.companion_signature(&shell.named("warm"));
    let types: Vec<&Type> = plan.params.iter().map(|param| &param.ty).collect();
    let names: Vec<&Ident> = plan.params.iter().map(|param| &param.name).collect();
    let (item, taken) = match (&types[..], &names[..]) {
        ([one], [name]) => (quote!(#one), quote!(#name)),
        (all, names) => (quote!((#(#all),*)), quote!((#(#names),*))),
    };
    let items = Ident::new("items", at);
    let known: Vec<&Ident> = shell.generics().filter_map(type_name).collect();
    // A lifetime without a name, also one that a type's name hides, may stand in a parameter's type
    // and not in a bound.
    let list = if types.iter().all(|ty| owns(ty, &known)) {
        quote!(impl ::core::iter::IntoIterator<Item = #item>)
    } else {
        quote!(::std::vec::Vec<#item>)
    };
    sig.inputs = sig.inputs.into_iter().filter(|i| matches!(i, FnArg::Receiver(_))).collect();
    sig.inputs.push(syn::parse_quote!(#items: #list));
    sig.output = syn::parse_quote!(-> #warmed);
    let made = shell.made(branch);
    let body = if shell.is_async() {
        quote_spanned!(at=> #private::warm_each(#items, |#taken| #made).await)
    } else {
        quote_spanned! {at=>
            let mut warmed = <#warmed as ::core::default::Default>::default();
            for #taken in #items {
                let warmth = { #made };
                warmed.count(warmth);
            }
            warmed
        }
    };
    let vis = shell.vis();
    let manner = if shell.is_async() { "at most eight at a time" } else { "one after the other" };
    let doc = format!(
        " Makes the entries of these arguments that are not there, {manner}. What is there stays, \
         an invalidation wins as it does against any call, and neither hits nor misses are counted."
    );
    quote! {
        #[doc = #doc]
        #[inline]
        #vis #sig {
            #body
        }
    }
}

/// Types of the standard library that hold no lifetime beside those of their own parameters.
const OWNED: &[&str] = &[
    "bool",
    "char",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "f32",
    "f64",
    "String",
    "Vec",
    "Option",
    "Box",
    "Arc",
    "Rc",
    "Duration",
    "SystemTime",
    "PathBuf",
];

/// Whether a type certainly holds no lifetime that is not written.
fn owns(ty: &Type, known: &[&Ident]) -> bool {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            let Some(last) = path.path.segments.last() else { return false };
            let is_known = known.iter().any(|name| **name == last.ident)
                || OWNED.iter().any(|name| last.ident == name);
            is_known
                && match &last.arguments {
                    PathArguments::None => true,
                    PathArguments::AngleBracketed(inside) => inside.args.iter().all(|argument| {
                        matches!(argument, GenericArgument::Type(inner) if owns(inner, known))
                    }),
                    PathArguments::Parenthesized(_) => false,
                }
        }
        Type::Tuple(tuple) => tuple.elems.iter().all(|inner| owns(inner, known)),
        Type::Array(array) => owns(&array.elem, known),
        Type::Paren(inner) => owns(&inner.elem, known),
        Type::Group(inner) => owns(&inner.elem, known),
        _ => false,
    }
}

fn type_name(param: &GenericParam) -> Option<&Ident> {
    match param {
        GenericParam::Type(param) => Some(&param.ident),
        _ => None,
    }
}
