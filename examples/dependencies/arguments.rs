//! What the command line asks for.

use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
usage: dependencies [LOCKFILE] [--package NAME[@VERSION]] [--all] [--redis URL]

  LOCKFILE                   a Cargo.lock; this workspace's own unless given
  --package NAME[@VERSION]   what this package depends on, by name
  --all                      every row of the table
  --redis URL                share the results with other processes, as redis://host:port";

/// This workspace's own lockfile.
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");

#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) lockfile: PathBuf,
    pub(crate) package: Option<String>,
    pub(crate) redis: Option<String>,
    pub(crate) all: bool,
    pub(crate) help: bool,
}

impl Arguments {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    ///
    /// A sentence that says which argument is wrong.
    pub(crate) fn read(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut asked = Self::default();
        let mut lockfile = None;
        while let Some(argument) = given.next() {
            let mut value = || given.next().ok_or(format!("{argument} needs a value\n\n{USAGE}"));
            match argument.as_str() {
                "--package" => asked.package = Some(value()?),
                "--redis" => asked.redis = Some(value()?),
                "--all" => asked.all = true,
                "--help" | "-h" => asked.help = true,
                option if option.starts_with('-') => {
                    return Err(format!("there is no option {option}\n\n{USAGE}"));
                }
                path if lockfile.is_none() => lockfile = Some(PathBuf::from(path)),
                _ => return Err(format!("one lockfile at a time, please\n\n{USAGE}")),
            }
        }
        asked.lockfile = lockfile.unwrap_or_else(|| PathBuf::from(OWN));
        Ok(asked)
    }
}
