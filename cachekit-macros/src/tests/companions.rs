//! The companion: its name, and the types that its operations take and return.

use super::{excerpt, whole};

const TYPED: &[&str] = &["detailed", "peek", "prime", "update", "__handle"];

#[test]
fn a_companion_may_have_another_name() {
    shown!(excerpt(
        "#[cached(companion = Users)] pub fn user(id: u64) -> u64 { id }",
        &["struct", "user", "peek"]
    ));
}

#[test]
fn a_companion_that_is_left_out_stands_inside_the_function() {
    shown!(whole("#[cached(companion = false)] pub fn user(id: u64) -> u64 { id }"));
}

#[test]
fn only_ok_and_some_are_in_the_types_by_default() {
    shown!(excerpt(
        "#[cached] fn user(id: u64) -> Result<Option<User>, AppError> { Ok(None) }",
        TYPED
    ));
}

#[test]
fn what_is_cached_of_err_and_none_is_in_the_types() {
    shown!(excerpt(
        "
        #[cached(cache_none, cache_err = |error: &AppError| error.is_permanent(), negative_ttl = 5)]
        fn user(id: u64) -> Result<Option<User>, AppError> { Ok(None) }
        ",
        TYPED
    ));
}

#[test]
fn what_an_alias_hides_is_asked_of_the_compiler() {
    shown!(excerpt(
        "#[cached(returns = \"result_option\")] fn user(id: u64) -> Answer { Ok(None) }",
        TYPED
    ));
}

#[test]
fn the_crate_may_be_found_elsewhere() {
    let expansion =
        whole("#[cached(crate = ::shop::kit, tenant = t, key = t)] fn f(t: u64) -> u64 { t }");
    assert!(!expansion.contains("cachekit"), "{expansion}");
}
