//! Mistakes: all of them reported, once each, and the function left as it was written.

use proc_macro2::TokenStream;

use super::refused;
use crate::cached::cached;

/// Whether a body stands in what `#[cached(attr)]` makes of a function, token by token.
fn keeps(attr: &str, signature: &str, body: &str) -> bool {
    let tokens = |text: &str| text.parse::<TokenStream>().expect("tokens");
    let item = tokens(&format!("{signature} {body}"));
    cached(tokens(attr), &item).to_string().contains(&tokens(body).to_string())
}

#[test]
fn a_function_with_mistakes_stands_as_written() {
    let messages = refused("#[cached(ttl = 0)] #[inline] pub const fn f(n: u64) -> u64 { n }");
    assert_eq!(messages.len(), 2, "{messages:#?}");
}

#[test]
fn every_mistake_of_an_attribute_is_reported() {
    let messages = refused(
        "#[cached(mode = \"strct\", ttl = 0, max_sise = 1, skip(nobody), fence = 1, wait, ttl = 5)]
         fn f(n: u64, out: &mut u64) -> &str { \"\" }",
    );
    let parts = ["`mode` is one of", "`ttl` is zero", "`max_sise`", "`nobody`", "`fence` comes"];
    let more = ["`wait` needs", "`ttl` is written twice", "`skip(out)`", "cannot borrow"];
    for part in parts.iter().chain(&more) {
        let found = messages.iter().filter(|message| message.contains(part)).count();
        assert_eq!(found, 1, "{part}: {messages:#?}");
    }
    assert_eq!(messages.len(), 9, "{messages:#?}");
}

#[test]
fn what_does_not_parse_hides_nothing_else() {
    let messages = refused(
        "#[cached(ttl = , wait(5), 7, 8, mode: x, skip(a.b), max_sise = 1)] fn f(n: u64) {}",
    );
    assert_eq!(messages.len(), 8, "{messages:#?}");
}

/// N22: an editor completes what is being typed, so the body must be there whatever is wrong.
#[test]
fn a_body_is_emitted_untouched_whatever_is_wrong_around_it() {
    let wrong =
        ["", "ttl = 0", "mode = \"strct\", 7, skip(,)", "when()", "key = \"n\"", "size = 1"];
    let signatures = [
        "fn f(n: u64) -> u64",
        "const unsafe fn f((a, b): (u64, u64), out: &mut u64) -> &str",
        "async fn f<T: Send>(self, _: u8, list: impl Copy) -> impl Copy",
        // Neither is a signature: one is half typed, the other is of something else.
        "fn f(n: u64, ) ->",
        "struct",
    ];
    let bodies =
        ["{ n + 1 }", "{ let user = fetch(n); user. }", "{ match n { 0 => , } n.; fetch(,) + }"];
    for attr in wrong {
        for signature in signatures {
            for body in bodies {
                assert!(keeps(attr, signature, body), "#[cached({attr})] {signature} {body}");
            }
        }
    }
}
