//! The companion's `warm`: the entries of many arguments, made before anybody asks.

mod skipped;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{FnArg, GenericArgument, GenericParam, Lifetime, PathArguments, ReceiverKind, Type};

use crate::expand::Shell;
use crate::plan::Branch;

use skipped::{Passes, Skipped};

/// The method, where arguments can be listed: some are part of the key, and an instance, if there
/// is one, serves many calls, as does what is skipped.
pub(super) fn warm(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let plan = shell.plan;
    let shared = |kind: &ReceiverKind| matches!(kind, ReceiverKind::Reference(_, _, None));
    let receives = plan.sig.receiver().is_none_or(|receiver| shared(&receiver.kind));
    let listed = shell.keyed(branch);
    let names: Vec<_> = listed.iter().map(|param| &param.name).collect();
    let skipped: Vec<_> =
        plan.params.iter().filter(|param| !names.contains(&&param.name)).map(Skipped::of).collect();
    let many = !shell.is_async() || !skipped.iter().any(|param| param.passes == Passes::Reborrowed);
    if listed.is_empty() || plan.boxed.is_some() || !receives || !many {
        return quote!();
    }
    let warmed = shell.paths.public("Warmed");
    let mut sig = shell.companion_signature(&shell.named("warm"));
    let types: Vec<&Type> = listed.iter().map(|param| &param.ty).collect();
    let (item, taken) = match (&types[..], &names[..]) {
        ([one], [name]) => (quote!(#one), quote!(#name)),
        (all, names) => (quote!((#(#all),*)), quote!((#(#names),*))),
    };
    let items = Ident::new("items", shell.place(branch));
    let known: Vec<&Ident> = shell.generics().filter_map(type_name).collect();
    // A lifetime without a name, also one that a type's name hides, may stand in a parameter's type
    // and not in a bound.
    let list = if types.iter().all(|ty| owns(ty, &known)) {
        quote!(impl ::core::iter::IntoIterator<Item = #item>)
    } else {
        quote!(::std::vec::Vec<#item>)
    };
    sig.inputs = sig.inputs.into_iter().filter(|i| matches!(i, FnArg::Receiver(_))).collect();
    let given = Lifetime::new("'__given", Span::mixed_site());
    let (once, has_lifetime): (Vec<_>, Vec<_>) =
        skipped.iter().map(|param| param.taken(shell, &given)).unzip();
    if has_lifetime.contains(&true) {
        sig.generics.params.insert(0, syn::parse_quote!(#given));
    }
    sig.inputs.extend(once);
    sig.inputs.push(syn::parse_quote!(#items: #list));
    sig.output = syn::parse_quote!(-> #warmed);
    let body = each(shell, branch, &skipped, &Listed { taken, items });
    let vis = shell.vis();
    let manner = if shell.is_async() { "at most eight at a time" } else { "one after the other" };
    let doc = format!(
        " Makes the entries of these arguments that are not there, {manner}. What is there stays, \
         an invalidation wins as it does against any call, and neither hits nor misses are counted. \
         What is no part of the key is given once, before the list."
    );
    quote! {
        #[doc = #doc]
        #[inline]
        #vis #sig {
            #body
        }
    }
}

/// Makes the entry of each item.
fn each(shell: &Shell<'_>, branch: &Branch, skipped: &[Skipped<'_>], list: &Listed) -> TokenStream {
    let (at, private, warmed) = (shell.place(branch), &shell.private, shell.paths.public("Warmed"));
    let (made, again) = (shell.made(branch), skipped.iter().map(|param| param.again(shell)));
    let Listed { taken, items } = list;
    if shell.is_async() {
        return quote_spanned! {at=>
            #private::warm_each(#items, |#taken| {
                #(#again)*
                #made
            })
            .await
        };
    }
    quote_spanned! {at=>
        let mut warmed = <#warmed as ::core::default::Default>::default();
        for #taken in #items {
            #(#again)*
            let warmth = { #made };
            warmed.count(warmth);
        }
        warmed
    }
}

/// What stands before and behind the `in` of a loop.
struct Listed {
    taken: TokenStream,
    items: Ident,
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
