//! The derives: every name and type that a stored form or a key depends on.

use proc_macro2::TokenStream;

use crate::{cache_key, fingerprint};

use super::written;

fn derived(source: &str) -> String {
    shown(source, fingerprint::derive)
}

fn shown(source: &str, derive: fn(TokenStream) -> TokenStream) -> String {
    let expansion = derive(syn::parse_str(source).expect("an item"));
    let file = syn::parse2(expansion).expect("an expansion that parses");
    format!("{}\n// ======== derives ========\n{}", written(source), prettyplease::unparse(&file))
}

#[test]
fn a_struct_is_its_fields_in_order() {
    shown!(derived(
        "
        struct User<'a, T, const N: usize> where T: Clone {
            #[serde(rename = \"identity\")]
            id: u64,
            #[serde(skip, default = \"none\")]
            cached: Option<T>,
            names: [&'a str; N],
        }
        "
    ));
}

#[test]
fn an_enum_is_its_variants_and_their_fields() {
    shown!(derived(
        "
        #[serde(rename_all = \"snake_case\")]
        #[fingerprint(crate = ::shop::kit)]
        enum Event { Created, Moved(u8, u8), #[serde(rename = \"gone\")] Removed { by: String } }
        "
    ));
}

/// The text of an attribute's tokens changes with the compiler; a fingerprint must not.
#[test]
fn what_serde_is_told_is_spelt_by_us() {
    let label = |attr: &str| derived(&format!("{attr} struct A;")).replace(attr, "");
    assert_eq!(
        label("#[serde(rename=\"b\",deny_unknown_fields)]"),
        label("#[serde( rename = \"b\" , deny_unknown_fields )]")
    );
    assert_ne!(label("#[serde(rename = \"b\")]"), label("#[serde(rename = \"c\")]"));
}

#[test]
fn a_key_is_the_fields_that_are_not_left_out_by_name() {
    shown!(shown(
        "
        #[cache_key(crate = ::shop::kit)]
        struct Query<'a, T: Clone> { text: &'a str, page: T::Number, #[cache_key(skip)] at: Instant }
        ",
        cache_key::derive
    ));
}

#[test]
fn a_key_of_an_enum_is_its_variant_and_the_fields_of_that() {
    shown!(shown(
        "enum Shape<T> { Empty, Circle(f64), Of { r#type: T, marker: PhantomData<T> } }",
        cache_key::derive
    ));
}
