//! The key: which parameters it is made of, and how expressions see them.

use super::excerpt;

#[test]
fn a_parameter_that_is_skipped_is_no_part() {
    shown!(excerpt(
        "
        #[cached(skip(db))]
        fn user(db: &Pool, id: u64, name: String) -> u64 { db.find(id, name) }
        ",
        &["user", "__part_0", "__part_1", "__part_2", "peek"]
    ));
}

#[test]
fn an_expression_sees_the_parameters_by_reference() {
    shown!(excerpt(
        "
        #[cached(key = (id % 10, name.trim()))]
        fn user(id: u64, name: String, unused: u8) -> u64 { id }
        ",
        &["user", "__part", "uncached"]
    ));
}

#[test]
fn a_tenant_is_the_first_part_of_every_key() {
    shown!(excerpt(
        "
        #[cached(tenant = account.id())]
        fn user(account: &Account, id: u64) -> u64 { id }
        ",
        &["user", "__part_0", "__part_1", "__tenant", "invalidate_tenant"]
    ));
}

#[test]
fn a_function_without_parameters_has_an_empty_key() {
    shown!(excerpt("#[cached] fn once() -> u64 { 1 }", &["once"]));
}

#[test]
fn an_expression_sees_what_a_pattern_binds() {
    shown!(excerpt(
        "
        #[cached(key = (x, name, number))]
        fn user(Point { x, mut y }: Point, (name, &number): (String, &u64), _: u8) -> u64 { x }
        ",
        &["user", "uncached"]
    ));
}
