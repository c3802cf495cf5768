//! Value: what a type needs to be cached.

/// What L1 can hold: a value copied at each hit, by any thread.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be cached: every hit is a clone, and any thread may be given one",
    label = "this function returns it, and it is not `Clone + Send + Sync + 'static`",
    note = "add `#[derive(Clone)]` to your type, or `Clone + Send + Sync + 'static` to a type parameter; or return an `Arc` of what is costly or impossible to clone",
    note = "write `Arc` instead of `Rc`, an atomic instead of `Cell`, `Mutex` or `RwLock` instead of `RefCell`, and `dyn Trait + Send + Sync`"
)]
pub trait Value: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> Value for T {}
