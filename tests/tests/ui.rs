//! What the attribute refuses, and that each refusal says where and how to mend it.
//!
//! The texts are those of one compiler. `TRYBUILD=overwrite cargo test -p cachekit-tests --test ui`
//! writes them anew; they are read before they are accepted, and never written by hand.

mod ui {
    mod features;
}

use trybuild::TestCases;

fn refused(mistakes: &[&str]) {
    let cases = TestCases::new();
    for mistake in mistakes {
        cases.compile_fail(format!("ui/{mistake}.rs"));
    }
}

/// B1: modes are parsed when compiling, and anything else is answered with the three there are.
#[test]
fn an_unknown_mode_is_refused_with_the_three_that_exist() {
    refused(&["mode/unknown"]);
}

/// B2, B21: a function without a mode is local, and a local one takes no option about L2.
#[test]
fn options_about_a_shared_tier_need_a_mode_that_has_one() {
    refused(&["mode/distributed_options", "option/later"]);
}

/// B10, B27: a strict function returns `Result<_, E>` with `E: From<cachekit::Error>`.
#[test]
fn a_strict_function_must_be_able_to_refuse() {
    refused(&["mode/without_result", "mode/without_from"]);
}

/// F5.
#[test]
fn a_length_of_time_must_be_one_that_every_tier_can_keep() {
    refused(&["mode/without_ttl", "duration/*"]);
}

/// D14: every parameter is in the key or left out of it by name.
#[test]
fn a_parameter_that_cannot_be_part_of_the_key_needs_a_decision() {
    refused(&["signature/parameter", "key/*"]);
}

/// N1.
#[test]
fn a_function_that_cannot_be_cached_is_refused_where_it_says_so() {
    refused(&["signature/kind", "signature/generic", "signature/const_generic", "returns/*"]);
    refused(&["signature/conditional", "signature/generic_argument"]);
}

/// N1, D14: an instance is part of the key or left out by name, and a block reports all mistakes.
#[test]
fn a_method_says_what_an_instance_is_to_its_key() {
    refused(&["method/*"]);
}

#[test]
fn an_option_that_is_not_understood_is_never_ignored() {
    refused(&["option/unknown", "option/duplicate", "option/syntax", "option/value"]);
    refused(&["option/negative", "option/asked", "option/answered", "when/misuse"]);
}

/// N22: whoever comes from another crate is told what his habit is here.
#[test]
fn habits_from_other_crates_are_answered_with_what_to_write_here() {
    refused(&["elsewhere/*"]);
}

/// N22: each way to write an option wrongly, one a file.
#[test]
fn an_option_that_is_written_wrongly_says_how_it_is_written() {
    refused(&["syntax/*", "word/*", "switch/*", "name/*", "skip/*", "number/*", "life/*"]);
}

/// N22.
#[test]
fn options_that_contradict_each_other_say_which_one_to_remove() {
    refused(&["together/*", "later/*", "asked/*"]);
}

/// N22.
#[test]
fn what_is_no_function_is_told_what_to_annotate_instead() {
    refused(&["item/*"]);
}

/// N22: a bound that fails is reported once, at the type that fails it.
#[test]
fn a_bound_that_fails_is_reported_where_the_type_is_written() {
    refused(&["bound/*"]);
}

#[test]
fn a_companion_has_a_name_of_its_own() {
    refused(&["companion/*"]);
}

/// N22, N25: what a test in a world is given is refused where it stands.
#[test]
fn a_test_in_a_world_takes_nothing() {
    refused(&["world/*"]);
}

/// N22: callers of a function with mistakes get no errors of their own: it is still there.
#[test]
fn every_mistake_is_reported_at_once() {
    refused(&["several/*"]);
}

/// D14: a type is a key as a whole, or says which fields are left out.
#[test]
fn a_type_that_is_no_key_is_refused() {
    refused(&["cache_key/*"]);
}

/// D13, J5: the derive knows what a type is made of, or says which part it does not know.
#[test]
fn a_type_that_has_no_outline_is_refused() {
    refused(&["fingerprint/*"]);
}

/// N3.
#[test]
fn the_companion_is_typed() {
    TestCases::new().pass("ui/pass/*.rs");
}

/// N4: generated code allows nothing that the user's crate may have forbidden.
#[test]
fn generated_code_needs_no_lint_to_be_allowed() {
    TestCases::new().pass("ui/pass/forbid.rs");
}

/// N4: what nobody uses is found as in any other code.
#[test]
fn what_nobody_uses_is_found() {
    refused(&["lint/dead_code"]);
}
