//! The function itself: what stands in its place, for every kind of function.

use super::{excerpt, whole};

#[test]
fn a_plain_function_looks_in_l1_and_leaves_the_rest_to_a_miss() {
    shown!(whole(
        "
        /// The number itself.
        #[must_use]
        #[cached]
        pub fn number(n: u64) -> u64 { n }
        "
    ));
}

#[test]
fn a_future_looks_before_it_keeps_anything() {
    shown!(whole(
        "
        #[cached(mode = \"strict\", ttl = 300)]
        pub(crate) async fn user(id: u64, name: &str) -> Result<User, AppError> { fetch(id).await }
        "
    ));
}

#[test]
fn type_and_const_parameters_are_part_of_the_store() {
    shown!(excerpt(
        "
        #[cached]
        fn sized<'a, T: Hash + 'static, const N: usize>(value: &'a T) -> usize where T: Clone { N }
        ",
        &["sized", "__handle", "__part_0", "invalidate", "uncached"]
    ));
}

#[test]
fn what_the_body_binds_stays_in_the_body() {
    shown!(excerpt(
        "
        #[cached]
        #[expect(unused_mut, reason = \"shown\")]
        fn changed(mut n: u64, #[allow(unused)] m: u64) { n += 1; }
        ",
        &["changed", "uncached", "struct"]
    ));
}
