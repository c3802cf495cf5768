//! The constants of a function: what its attribute says, as data.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::expand::Shell;
use crate::paths::generated;
use crate::plan::{Branch, Branches, L1, Life, Mode, OnStoreError, Protection};

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
    let some = |tokens| quote!(::core::option::Option::Some(#tokens));
    let ttl = field("ttl", branch.ttl.as_ref().map(|life| some(self::life(shell, life))));
    let negative = branch.negative_ttl.as_ref().map(|life| some(self::life(shell, life)));
    let negative = field("negative_ttl", negative);
    let jitter = branch.jitter.as_ref().map(|jitter| {
        let private = shell.private_at(jitter.span());
        some(quote_spanned!(generated(jitter.span())=> #private::portion(#jitter)))
    });
    let jitter = field("jitter", jitter);
    let wait = field("wait", branch.wait.as_ref().map(|life| self::life(shell, life)));
    let count = |count: &syn::Expr| {
        let private = shell.private_at(count.span());
        quote_spanned!(generated(count.span())=> #private::count(#count))
    };
    let max_bytes = field("max_bytes", branch.max_bytes.as_ref().map(|bytes| some(count(bytes))));
    // Where bytes are bounded, their number is only where that is asked for.
    let unbounded = branch.max_bytes.as_ref().map(|_| quote!(::core::primitive::usize::MAX));
    let max_size = field("max_size", branch.max_size.as_ref().map(count).or(unbounded));
    let tenant_max_size = branch.tenant_max_size.as_ref().map(|share| some(count(share)));
    let tenant_max_size = field("tenant_max_size", tenant_max_size);
    let l1 = field(
        "l1",
        branch.l1.map(|l1| match l1 {
            L1::Typed => quote!(#private::L1Use::Typed),
            L1::Encoded => quote!(#private::L1Use::Encoded),
            L1::Off => quote!(#private::L1Use::Off),
        }),
    );
    let on_store_error = field(
        "on_store_error",
        branch.on_store_error.map(|choice| match choice {
            OnStoreError::Raise => quote!(#private::OnStoreError::Raise),
            OnStoreError::Return => quote!(#private::OnStoreError::Return),
        }),
    );
    let compress = field("compress", branch.compress.then(|| quote!(true)));
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
            #ttl #negative #jitter #wait #max_size #max_bytes #tenant_max_size #l1 #on_store_error #compress
            #protection #on_tamper
            ..#private::Policy::#base
        }
    }
}

/// A length of time; one that is an expression is checked by the compiler.
fn life(shell: &Shell<'_>, life: &Life) -> TokenStream {
    match life {
        Life::Known(known) => {
            let (seconds, nanos) = (known.as_secs(), known.subsec_nanos());
            quote!(::core::time::Duration::new(#seconds, #nanos))
        }
        Life::Expr(expr) => {
            let private = shell.private_at(expr.span());
            quote_spanned!(generated(expr.span())=> #private::life(#expr))
        }
    }
}

fn field(name: &str, value: Option<TokenStream>) -> TokenStream {
    let name = syn::Ident::new(name, proc_macro2::Span::call_site());
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
    let life = match (&branch.ttl, &branch.ttl_of) {
        (None, None) => "without expiry".to_owned(),
        (None, Some(_)) => "for as long as the value says".to_owned(),
        (Some(life), None) => format!("for {}", describe(life)),
        (Some(life), Some(_)) => {
            format!("for as long as the value says, at most {}", describe(life))
        }
    };
    let negative = match &branch.negative_ttl {
        Some(life) => format!(" (errors and `None`: {})", describe(life)),
        None => String::new(),
    };
    format!("\n\n*Cached:* mode `{}`, {life}{negative}.", branch.mode.word())
}

fn describe(life: &Life) -> String {
    match life {
        Life::Known(known) => humantime::format_duration(*known).to_string(),
        Life::Expr(expr) => format!("`{}`", expr.to_token_stream()),
    }
}
