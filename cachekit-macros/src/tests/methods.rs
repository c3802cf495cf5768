//! Methods: what an `impl` block becomes, and what stands in a body around which nothing can stand.

use quote::{ToTokens as _, quote};
use syn::{File, ImplItem, Item};

use super::{excerpt, message, parts, whole};
use crate::cached::cached;

#[test]
fn companions_of_a_method_are_functions_of_its_type() {
    shown!(whole(
        "
        #[cached]
        impl<T: Clone + 'static> Repo<T> where T: Send {
            const MOST: usize = 5;
            /// One of them.
            #[cached(key = (self.id, name))]
            pub async fn user(&self, mut name: String) -> Option<T> { name.clear(); None }
            fn plain(&self) {}
        }
        "
    ));
}

#[test]
fn a_method_of_a_trait_holds_all_it_needs() {
    shown!(whole(
        "
        #[cached]
        impl Priced for Shop {
            #[cached(mode = \"strict\", ttl = Self::LIFE, key = self.id)]
            async fn price(&self) -> Result<u64, AppError> { fetch(self).await }
            #[cached(tenant = self.owner, skip(self))]
            fn owned(self, mut n: u64) -> Self { n += 1; self }
        }
        "
    ));
}

#[test]
fn a_future_that_was_boxed_is_looked_up_inside_its_box() {
    shown!(whole(
        "
        #[cached]
        impl Priced for Shop {
            #[cached(skip(self))]
            fn price<'life0, 'async_trait>(&'life0 self, n: u64)
                -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = u64> + Send + 'async_trait>>
            where 'life0: 'async_trait, Self: 'async_trait
            {
                Box::pin(async move { let __self = self; let n = n; n })
            }
        }
        "
    ));
}

#[test]
fn an_attribute_alone_tells_types_apart_by_a_closure() {
    shown!(excerpt("#[cached(skip(this))] fn made(this: &Self, n: u64) -> u64 { n }", &["made"]));
}

/// The type in an identity has no spaces, no lifetimes' and no parameters' own names.
#[test]
fn a_method_is_known_by_its_type_and_its_trait() {
    let identities = [
        ("impl Shop", "Shop::f"),
        ("impl shop::r#Type<u8>", "shop::Type<u8>::f"),
        ("impl<T> Repo<T>", "Repo::f"),
        ("impl<'a, T> Repo<'a, T>", "Repo::f"),
        ("impl<T, const N: usize> Repo<[T; N], u8>", "Repo<[_;_],u8>::f"),
        ("impl<'a> Borrowed<'a, u8>", "Borrowed<u8>::f"),
        ("impl dyn Priced + Send", "dyn Priced+Send::f"),
        ("impl<T> Priced<T> for Shop", "<Shop as Priced>::f"),
        ("impl<'a> Priced<u8> for &'a Shop", "<&Shop as Priced<u8>>::f"),
    ];
    for (head, identity) in identities {
        let (attr, item) =
            parts(&format!("#[cached] {head} {{ #[cached(skip(self))] fn f(&self) {{}} }}"));
        let text = cached(attr, &item).to_string();
        assert!(text.contains(&format!("\"{identity}\"")), "{head}: {text}");
    }
}

/// Mistakes of one method hide those of no other, nor its companions, and all stand as written.
#[test]
fn a_block_reports_every_mistake_and_keeps_every_body() {
    let source = "#[cached(ttl = 5)] impl Shop {
        #[cached] fn a(&self) -> u64 { let half = ; half }
        #[cached(ttl = 0, skip(self))] fn b(&self) { 2 }
        #[cached] const C: u8 = 1;
        #[cached(skip(self))] fn d(&self) { 4 }
        fn e(&self) {}
    }";
    // A body that is half written does not parse as Rust, and need not.
    let item = source.replace("#[cached(ttl = 5)] ", "").parse().expect("tokens");
    let text = cached(quote!(ttl = 5), &item).to_string();
    assert!(text.contains("let half = ; half"), "{text}");
    let (attr, item) = parts(&source.replace("let half = ; half", "1"));
    let File { items, .. } = syn::parse2(cached(attr, &item)).expect("an expansion that parses");
    let errors = items.iter().take_while(|item| matches!(item, Item::Macro(_)));
    assert_eq!(errors.map(message).count(), 4);
    let Some(Item::Impl(block)) = items.iter().find(|item| matches!(item, Item::Impl(_))) else {
        panic!("the block stands");
    };
    let text = block.to_token_stream().to_string();
    assert!(!text.contains("# [cached"), "nothing is expanded twice: {text}");
    for written in ["fn a (& self) -> u64 { 1 }", "fn b (& self) { 2 }", "const C : u8 = 1"] {
        assert!(text.contains(written), "{written}: {text}");
    }
    assert_eq!(block.items.iter().filter(|item| matches!(item, ImplItem::Fn(_))).count(), 4);
    assert!(items.len() > 6, "what has no mistake has its companions");
}
