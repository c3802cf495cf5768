//! What the command line asks for.

use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
usage: disk [DIRECTORY] [--cache DIRECTORY] | --check

  DIRECTORY           whose files are described; this workspace's documents unless given
  --cache DIRECTORY   where the statistics are kept; below the temporary directory unless given
  --check             runs it cold, warm and damaged, and holds what must come of each";

pub(crate) struct Arguments {
    pub(crate) directory: PathBuf,
    pub(crate) cache: PathBuf,
    pub(crate) check: bool,
    pub(crate) help: bool,
}

impl Arguments {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    ///
    /// A sentence that says which argument is wrong.
    pub(crate) fn read(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut asked = Self {
            directory: PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs")),
            cache: std::env::temp_dir().join("cachekit-example-disk"),
            check: false,
            help: false,
        };
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--cache" => {
                    let value = given.next().ok_or(format!("--cache needs a value\n\n{USAGE}"))?;
                    asked.cache = PathBuf::from(value);
                }
                "--check" => asked.check = true,
                "--help" | "-h" => asked.help = true,
                option if option.starts_with('-') => {
                    return Err(format!("there is no option {option}\n\n{USAGE}"));
                }
                path => asked.directory = PathBuf::from(path),
            }
        }
        Ok(asked)
    }
}
