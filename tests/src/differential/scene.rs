//! The few keys, versions and tenants of one sequence, and what they are called.

use cachekit::backend::Place;

/// How many entries there are.
pub const ENTRIES: usize = 4;

/// How many builds store values of each.
pub const VERSIONS: usize = 2;

/// The tenant of each entry; one has none.
const TENANTS: [Option<usize>; ENTRIES] = [None, Some(0), Some(0), Some(1)];

/// The namespace, in which each sequence is a function of its own.
pub(super) const NAMESPACE: &str = "tests";

/// One build's value of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Which entry.
    pub entry: usize,
    /// Which build.
    pub version: usize,
}

/// A generation, by what it revokes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    /// The whole function.
    Function,
    /// One tenant of it.
    Tenant(usize),
}

/// Every generation.
pub(super) const GENERATIONS: [Generation; 3] =
    [Generation::Function, Generation::Tenant(0), Generation::Tenant(1)];

/// The names of one run: no other has them, so that nothing is left over from one to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene(pub(super) u64);

impl Scene {
    pub(super) fn function(self) -> String {
        format!("differential.{:08x}", self.0)
    }

    pub(super) fn entry(self, entry: usize) -> String {
        format!("ck2:{{{NAMESPACE}:0.0}}:e:{}:{}", self.function(), digest(entry))
    }

    pub(super) fn generation(self, generation: Generation) -> String {
        let function = format!("ck2:{{{NAMESPACE}:0.0}}:g:{}", self.function());
        match generation {
            Generation::Function => function,
            Generation::Tenant(tenant) => format!("{function}:{}", tenant_name(tenant)),
        }
    }

    pub(super) fn place(self, spot: Spot) -> Place {
        let tenant = TENANTS[spot.entry].map(|of| self.generation(Generation::Tenant(of)));
        let function = self.generation(Generation::Function);
        Place::new(self.entry(spot.entry), version(spot.version), function, tenant)
    }

    /// The keys of the generations that an entry is under.
    pub(super) fn above(self, entry: usize) -> Vec<String> {
        self.place(Spot { entry, version: 0 }).generations().map(str::to_owned).collect()
    }

    pub(super) fn filler(self, slot: u32) -> String {
        format!("{:016x}{slot:016x}", self.0)
    }
}

pub(super) fn digest(entry: usize) -> String {
    format!("{entry:x}{entry:063x}")
}

pub(super) fn version(version: usize) -> String {
    format!("{:016x}", 0xaa + version)
}

pub(super) fn tenant_name(tenant: usize) -> String {
    format!("{:032x}", 0xbb + tenant)
}

/// What a directory calls the tenant of an entry.
pub(super) fn folder(entry: usize) -> String {
    TENANTS[entry].map_or_else(|| "-".to_owned(), tenant_name)
}

/// Every entry in every version.
pub(super) fn spots() -> impl Iterator<Item = Spot> {
    (0..ENTRIES).flat_map(|entry| (0..VERSIONS).map(move |version| Spot { entry, version }))
}
