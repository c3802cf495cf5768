//! The constants of a function: what its attribute says, as data.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::expand::Shell;
use crate::paths::generated;
use crate::plan::{Branch, Branches, L1, Life, Mode, Protection, Set, Setting};

/// The expression of a `Spec`.
pub(super) fn spec(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let private = &shell.private;
    let function = shell.title();
    let path = quote!(::core::concat!(::core::module_path!(), "::", #function));
    let identity = match &branch.name {
        Some(name) => quote!(#name),
        None => path.clone(),
    };
    let namespace = option(branch.namespace.as_ref().map(ToTokens::to_token_stream));
    let policy = shell.written_out(policy(shell, branch));
    let runtime = option(branch.runtime.as_ref().map(|path| {
        let runtime = shell.paths.public("Runtime");
        quote_spanned!(generated(path.span())=> || -> &'static #runtime { &#path })
    }));
    quote! {
        #private::Spec {
            identity: #identity,
            place: ::core::concat!(#path, " (", ::core::file!(), ":", ::core::line!(), ")"),
            namespace: #namespace,
            policy: #policy,
            runtime: #runtime,
        }
    }
}

fn policy(shell: &Shell<'_>, branch: &Branch) -> TokenStream {
    let private = &shell.private;
    let base = match branch.mode {
        Mode::Local => quote!(LOCAL),
        Mode::Strict => quote!(STRICT),
        Mode::Degraded => quote!(DEGRADED),
    };
    let settings = branch.policy.iter().map(|setting| self::setting(shell, setting));
    // Where bytes are bounded, their number is only where that is asked for.
    let is_unbounded = branch.set("max_bytes").is_some() && branch.set("max_size").is_none();
    let unbounded = is_unbounded.then(|| quote!(::core::primitive::usize::MAX));
    let unbounded = field("max_size", unbounded);
    let l1 = field(
        "l1",
        branch.l1.map(|l1| match l1 {
            L1::Typed => quote!(#private::L1Use::Typed),
            L1::Encoded => quote!(#private::L1Use::Encoded),
            L1::Off => quote!(#private::L1Use::Off),
        }),
    );
    let protection = field(
        "protection",
        match branch.protection {
            Protection::Checksum => None,
            Protection::Mac => Some(quote!(#private::Protection::Mac)),
            Protection::Encrypt => Some(quote!(#private::Protection::Encrypt)),
        },
    );
    let raise = branch.raises().then(|| quote!(#private::OnTamper::Raise));
    let on_tamper = field("on_tamper", raise);
    quote! {
        #private::Policy {
            #(#settings)* #unbounded #l1 #protection #on_tamper
            ..#private::Policy::#base
        }
    }
}

/// What one option sets.
fn setting(shell: &Shell<'_>, setting: &Setting) -> TokenStream {
    let checked = |checked: &str, expr: &syn::Expr| {
        let private = shell.private_at(expr.span());
        let checked = Ident::new(checked, Span::call_site());
        quote_spanned!(generated(expr.span())=> #private::#checked(#expr))
    };
    let set = match &setting.set {
        Set::Life(Life::Known(known)) => {
            let (seconds, nanos) = (known.as_secs(), known.subsec_nanos());
            quote!(::core::time::Duration::new(#seconds, #nanos))
        }
        Set::Life(Life::Expr(expr)) => checked("life", expr),
        Set::Count(expr) => checked("count", expr),
        Set::Share(expr) => checked("portion", expr),
        Set::Word(ty, variant) => {
            let [ty, variant] = [ty, variant].map(|name| Ident::new(name, Span::call_site()));
            let private = &shell.private;
            quote!(#private::#ty::#variant)
        }
        Set::On => quote!(true),
    };
    let wrapped = quote!(::core::option::Option::Some(#set));
    field(setting.option, Some(if setting.is_optional { wrapped } else { set }))
}

fn field(name: &str, value: Option<TokenStream>) -> TokenStream {
    let name = Ident::new(name, Span::call_site());
    value.map_or(TokenStream::new(), |value| quote!(#name: #value,))
}

fn option(value: Option<TokenStream>) -> TokenStream {
    let none = || quote!(::core::option::Option::None);
    value.map_or_else(none, |value| quote!(::core::option::Option::Some(#value)))
}

/// What the companion's documentation says of its function's cache, whatever features are on.
pub(super) fn docs(branches: &Branches) -> String {
    match branches {
        Branches::One(branch) => doc(branch),
        Branches::Two { feature, on, off } => {
            let feature = feature.value();
            format!("{}\n\nWith the feature `{feature}`:{}", doc(off), doc(on))
        }
    }
}

/// What the function's documentation says of its cache.
pub(super) fn doc(branch: &Branch) -> String {
    let life = |option| match branch.set(option) {
        Some(Set::Life(life)) => Some(describe(life)),
        _ => None,
    };
    let ends = match (life("ttl"), &branch.ttl_of) {
        (None, None) => "without expiry".to_owned(),
        (None, Some(_)) => "for as long as the value says".to_owned(),
        (Some(life), None) => format!("for {life}"),
        (Some(life), Some(_)) => {
            format!("for as long as the value says, at most {life}")
        }
    };
    let negative = match life("negative_ttl") {
        Some(life) => format!(" (errors and `None`: {life})"),
        None => String::new(),
    };
    format!("\n\n*Cached:* mode `{}`, {ends}{negative}.", branch.mode.word())
}

fn describe(life: &Life) -> String {
    match life {
        Life::Known(known) => humantime::format_duration(*known).to_string(),
        Life::Expr(expr) => format!("`{}`", expr.to_token_stream()),
    }
}
