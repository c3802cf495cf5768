//! Cached functions in every form a function may take, and where every name means something else.

#[path = "../hygiene/runs.rs"]
mod runs;

#[path = "../ui/fixture.rs"]
mod fixture;

#[path = "../hygiene/apart.rs"]
mod apart;
#[path = "../hygiene/attributes.rs"]
mod attributes;
#[path = "../hygiene/drops.rs"]
mod drops;
#[path = "../hygiene/foreign.rs"]
mod foreign;
#[path = "../hygiene/forms.rs"]
mod forms;
#[path = "../hygiene/futures.rs"]
mod futures;
#[path = "../hygiene/identity.rs"]
mod identity;
#[path = "../hygiene/keys.rs"]
mod keys;
#[path = "../hygiene/methods.rs"]
mod methods;
#[path = "../hygiene/names.rs"]
mod names;
#[path = "../hygiene/no_prelude.rs"]
mod no_prelude;
#[path = "../hygiene/outlines.rs"]
mod outlines;
#[path = "../hygiene/patterns.rs"]
mod patterns;
#[path = "../hygiene/reexport.rs"]
mod reexport;
#[path = "../hygiene/returns.rs"]
mod returns;
#[path = "../hygiene/shadows.rs"]
mod shadows;
#[path = "../hygiene/traits.rs"]
mod traits;
