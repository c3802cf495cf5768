//! A lockfile as a graph without cycles: packages that depend on each other are one group.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use cargo_lock::Lockfile;
use cargo_lock::dependency::Tree;
use cargo_lock::dependency::graph::NodeIndex;
use petgraph::algo::kosaraju_scc;

/// The most packages that are taken. Each one's set of dependencies is kept, so that memory grows
/// with the square; the largest lockfiles in use have about half of this.
const MOST_PACKAGES: usize = 5_000;

pub(crate) struct Graph {
    /// BLAKE3 of the file.
    pub(crate) digest: [u8; 32],
    /// In the file's order.
    packages: Vec<Package>,
    /// Each after those that it depends on.
    groups: Vec<Group>,
}

pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Name, version and source: what no other package of the file has.
    pub(crate) label: Arc<str>,
    /// Packages that it names itself.
    pub(crate) direct: usize,
    pub(crate) group: usize,
}

/// Packages that all depend on each other; mostly one alone.
struct Group {
    /// Labels, sorted.
    members: Vec<Arc<str>>,
    /// The groups that they depend on.
    below: BTreeSet<usize>,
}

impl Graph {
    /// Reads a lockfile.
    ///
    /// # Errors
    ///
    /// If there is no such file, or it is no lockfile, or not a sound one.
    pub(crate) fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let shown = path.display();
        let bytes = std::fs::read(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
        let no = |why: &dyn std::fmt::Display| format!("{shown} is no Cargo.lock: {why}");
        let text = str::from_utf8(&bytes).map_err(|error| no(&error))?;
        let lockfile: Lockfile = text.parse().map_err(|error| no(&error))?;
        if lockfile.packages.is_empty() {
            return Err(no(&"it lists no package").into());
        }
        if lockfile.packages.len() > MOST_PACKAGES {
            let many = lockfile.packages.len();
            return Err(
                format!("{shown} lists {many} packages; {MOST_PACKAGES} is the most").into()
            );
        }
        let tree = lockfile.dependency_tree().map_err(|error| no(&error))?;
        let graph = Self::condense(&tree, *blake3::hash(&bytes).as_bytes());
        match graph.twice() {
            Some(label) => Err(no(&format!("it lists {label} twice")).into()),
            None => Ok(graph),
        }
    }

    /// Makes one group of each cycle, and of each package that is in none.
    fn condense(tree: &Tree, digest: [u8; 32]) -> Self {
        let tree = tree.graph();
        // Dependencies come before what depends on them.
        let components = kosaraju_scc(tree);
        let label = |node: &NodeIndex| -> Arc<str> {
            Arc::from(cargo_lock::Dependency::from(&tree[*node]).to_string())
        };
        let group_of: BTreeMap<NodeIndex, usize> = components
            .iter()
            .enumerate()
            .flat_map(|(group, nodes)| nodes.iter().map(move |node| (*node, group)))
            .collect();
        let groups = components.iter().enumerate().map(|(group, nodes)| {
            let mut members: Vec<_> = nodes.iter().map(label).collect();
            members.sort();
            let below = nodes.iter().flat_map(|node| tree.neighbors(*node));
            let below = below.map(|node| group_of[&node]).filter(|below| *below != group).collect();
            Group { members, below }
        });
        let packages = tree.node_indices().map(|node| Package {
            name: tree[node].name.to_string(),
            version: tree[node].version.to_string(),
            label: label(&node),
            direct: tree[node].dependencies.len(),
            group: group_of[&node],
        });
        Self { digest, packages: packages.collect(), groups: groups.collect() }
    }

    /// A label that two packages have.
    fn twice(&self) -> Option<&str> {
        let mut seen = BTreeSet::new();
        self.packages.iter().map(|package| &*package.label).find(|label| !seen.insert(*label))
    }

    /// The package of this name, with its version behind an `@` where there are several.
    ///
    /// # Errors
    ///
    /// If there is none, or more than one.
    pub(crate) fn find(&self, asked: &str) -> Result<&Package, String> {
        let (name, version) = match asked.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (asked, None),
        };
        let named: Vec<_> = self.packages.iter().filter(|package| package.name == name).collect();
        let fits = |package: &&&Package| version.is_none_or(|version| package.version == version);
        let fitting: Vec<_> = named.iter().filter(fits).collect();
        let labels: Vec<_> = named.iter().map(|package| &*package.label).collect();
        match (&*fitting, &*named) {
            ([package], _) => Ok(package),
            ([], []) => Err(format!("the lockfile lists no package `{name}`")),
            ([], _) => Err(format!("no `{asked}`; there is {}", labels.join(", "))),
            _ => Err(format!("`{asked}` is several packages: {}", labels.join(", "))),
        }
    }

    /// Every package, in the file's order.
    pub(crate) fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// Every package, each after its dependencies, so that no chain is followed deeper than one
    /// step while results are remembered.
    pub(crate) fn dependencies_first(&self) -> Vec<&Package> {
        let mut packages: Vec<_> = self.packages.iter().collect();
        packages.sort_by_key(|package| package.group);
        packages
    }

    /// A group's name in this file.
    pub(crate) fn name(&self, group: usize) -> &str {
        &self.groups[group].members[0]
    }

    pub(crate) fn members(&self, group: usize) -> impl Iterator<Item = &Arc<str>> {
        self.groups[group].members.iter()
    }

    /// The groups that a group depends on.
    pub(crate) fn below(&self, group: usize) -> impl Iterator<Item = usize> {
        self.groups[group].below.iter().copied()
    }

    /// Groups there are.
    pub(crate) fn len(&self) -> usize {
        self.groups.len()
    }

    /// Calls that it takes to compute every package without remembering anything.
    pub(crate) fn ways_down(&self) -> u128 {
        let mut calls = Vec::<u128>::with_capacity(self.groups.len());
        for group in &self.groups {
            let below = group.below.iter().map(|below| calls[*below]);
            calls.push(below.fold(1, u128::saturating_add));
        }
        self.packages.iter().map(|package| calls[package.group]).fold(0, u128::saturating_add)
    }
}
