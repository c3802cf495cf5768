//! The stores of a function's instantiations, found by their types without a lock.

use std::any::{Any, TypeId};
use std::hash::BuildHasher;
use std::sync::OnceLock;

use foldhash::fast::FixedState;

use crate::runtime::registered::Erased;

/// Bits of a hash that lead one node down.
const BITS: u32 = 2;

/// Append-only, so that a hit walks it without a lock. A function without type parameters has one.
pub(super) struct Stores(OnceLock<Box<Node>>);

/// A node of a hash trie (Bagwell, Ideal Hash Trees, 2001): the store of some types, and below it
/// those of others, by the next bits of their hash.
struct Node {
    store: Box<dyn Erased>,
    below: [OnceLock<Box<Node>>; 1 << BITS],
}

impl Stores {
    pub(super) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The store that was made first, if it has this type.
    #[inline]
    pub(super) fn first<S: Erased>(&self) -> Option<&S> {
        self.0.get()?.of()
    }

    /// The store of this type, if it is there.
    pub(super) fn get<S: Erased>(&self) -> Option<&S> {
        self.walk(OnceLock::get)
    }

    /// The store of this type, made if it is not there.
    pub(super) fn find<S: Erased>(&self, make: impl FnOnce() -> S) -> &S {
        let mut make = Some(make);
        let found = self.walk(|at| {
            Some(at.get_or_init(|| {
                let make = make.take().expect("a store that was made is the one that was sought");
                Box::new(Node { store: Box::new(make()), below: Default::default() })
            }))
        });
        found.expect("it was made where it was not there")
    }

    /// Walks down to the store of this type; `step` enters a node.
    fn walk<'a, S: Erased>(
        &'a self,
        mut step: impl FnMut(&'a OnceLock<Box<Node>>) -> Option<&'a Box<Node>>,
    ) -> Option<&'a S> {
        let mut bits = FixedState::default().hash_one(TypeId::of::<S>());
        let mut at = &self.0;
        loop {
            let node = step(at)?;
            if let Some(store) = node.of() {
                return Some(store);
            }
            at = &node.below[(bits % (1 << BITS)) as usize];
            bits = bits.rotate_right(BITS);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &dyn Erased> {
        let mut left: Vec<&Node> = self.0.get().map(|node| &**node).into_iter().collect();
        std::iter::from_fn(move || {
            let node = left.pop()?;
            left.extend(node.below.iter().filter_map(OnceLock::get).map(|node| &**node));
            Some(&*node.store)
        })
    }
}

impl Node {
    #[inline]
    fn of<S: Erased>(&self) -> Option<&S> {
        (&*self.store as &dyn Any).downcast_ref()
    }
}
