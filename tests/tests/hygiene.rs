//! Cached functions in every form a function may take, and where every name means something else.

mod hygiene {
    mod apart;
    mod attributes;
    mod companions;
    mod drops;
    mod foreign;
    mod forms;
    mod futures;
    mod identity;
    mod keys;
    mod methods;
    mod names;
    mod no_prelude;
    mod outlines;
    mod patterns;
    mod reexport;
    mod returns;
    mod runs;
    mod shadows;
    mod traits;
}
