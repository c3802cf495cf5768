//! What may not grow: each bound is printed, and is a count or a ratio and never a time.

mod growth {
    mod depth;
    mod held;
    mod instantiations;
    mod sizes;
}
