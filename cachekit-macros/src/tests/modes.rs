//! Options: constants of one `Spec`, types of one `Handle`, and nothing else.

use super::excerpt;

#[test]
fn every_option_is_a_constant() {
    shown!(excerpt(
        "
        #[cached(
            mode = \"strict\", ttl = \"5m\", negative_ttl = SHORT, wait = \"250ms\", max_size = 1 << 10,
            name = \"shop.user\", namespace = \"shop\", version = 3, cache_none, l1 = \"off\",
            on_store_error = \"return\", compress, codec = \"postcard\", runtime = crate::RUNTIME
        )]
        fn user(id: u64) -> Result<Option<u64>, Error> { Ok(None) }
        ",
        &["needs", "SPEC", "__handle", "user"]
    ));
}

#[test]
fn a_degraded_function_needs_no_error_that_can_carry_a_refusal() {
    shown!(excerpt(
        "#[cached(mode = \"degraded\", ttl = 60)] fn user(id: u64) -> Result<u64, String> { Ok(id) }",
        &["needs", "SPEC", "__handle", "__part_0", "key"]
    ));
}

#[test]
fn an_encoded_l1_is_wired_without_being_remote() {
    shown!(excerpt(
        "#[cached(l1 = \"encoded\", ttl = 60)] fn user(id: u64) -> User { User { id } }",
        &["needs", "SPEC", "__handle", "__part_0", "key"]
    ));
}

#[test]
fn a_feature_of_the_users_crate_chooses_between_two_expansions() {
    shown!(excerpt(
        "
        #[cached(
            ttl = 60, max_size = 100,
            when(feature = \"distributed\", mode = \"strict\", ttl = 300)
        )]
        fn user(id: u64) -> Result<u64, AppError> { Ok(id) }
        ",
        &["needs", "SPEC", "__handle", "user", "uncached", "key"]
    ));
}
