//! Holds the project to its own rules: the order of folders, the importers, the shape of files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A line of code is long enough to hold a thought; a file this long holds two.
const MOST_LINES: usize = 300;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace's root").to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file below a folder, relative to the root.
fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.expect("a listed file").path();
            let name = path.strip_prefix(root()).expect("below the root").display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(extension) {
                found.push(name);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} has no {extension} files");
    found
}

fn sources() -> Vec<String> {
    ["cachekit/src", "cachekit-core/src", "cachekit-macros/src"]
        .iter()
        .flat_map(|folder| files(folder, ".rs"))
        .collect()
}

fn all_rust() -> Vec<String> {
    let mut all = sources();
    for folder in ["cachekit/benches", "examples", "tests/src", "tests/tests"] {
        all.extend(files(folder, ".rs"));
    }
    all
}

/// The code of a file: no comments, no strings, no tests.
fn code(path: &str) -> String {
    let mut code = String::new();
    for line in read(path).lines().take_while(|line| *line != "mod tests {") {
        let mut quoted = false;
        let mut last = ' ';
        for (at, letter) in line.char_indices() {
            if !quoted && line[at..].starts_with("//") {
                break;
            }
            if letter == '"' && last != '\\' && last != '\'' {
                quoted = !quoted;
            } else if !quoted {
                code.push(letter);
            }
            last = letter;
        }
        code.push('\n');
    }
    code
}

/// The paths in code, such as `crate::l2::Fault` and `::redis::cmd`, with what follows the `::` of
/// a braced import spread out.
fn paths(code: &str) -> BTreeSet<String> {
    let flat = code.replace("::{", "::{ ");
    let is_path = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':' | '$');
    let mut found = BTreeSet::new();
    for word in flat.split(|letter: char| !is_path(letter)) {
        if word.contains("::") {
            found.insert(word.to_owned());
        }
    }
    // `use crate::{a, b::c};` names modules after the brace.
    for braced in flat.split("use crate::{").skip(1) {
        let inside = braced.split("};").next().unwrap_or_default();
        let mut depth = 0;
        for part in inside.split_inclusive(['{', '}', ',']) {
            let name: String = part.trim().chars().take_while(|letter| is_path(*letter)).collect();
            if depth == 0 && !name.is_empty() {
                found.insert(format!("crate::{name}::"));
            }
            depth += part.matches('{').count();
            depth -= part.matches('}').count().min(depth);
        }
    }
    found
}

/// The rows of the first table of a document whose header begins with `first`.
fn table(document: &str, first: &str) -> Vec<Vec<String>> {
    let text = read(document);
    let mut rows = text.lines().skip_while(|line| !line.starts_with(&format!("| {first} |")));
    rows.next().unwrap_or_else(|| panic!("{document} has no table of {first}"));
    rows.skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

fn names(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The folder of the core that a file is in, or the file where it is in none.
fn folder(path: &str) -> String {
    let inside = path.strip_prefix("cachekit-core/src/").expect("a file of the core");
    inside.split(['/', '.']).next().expect("a first part").to_owned()
}

#[test]
fn a_folder_imports_only_from_folders_below_it() {
    let rows: Vec<_> =
        table("docs/architecture.md", "folder").iter().map(|row| names(&row[0])).collect();
    let floor = |name: &str| rows.iter().position(|row| row.iter().any(|other| other == name));
    let mut seen = BTreeSet::new();
    for path in files("cachekit-core/src", ".rs") {
        let own = folder(&path);
        let stands = floor(&own).unwrap_or_else(|| panic!("{own} is in no row"));
        for import in paths(&code(&path)) {
            let Some(rest) = import.strip_prefix("crate::") else { continue };
            let target = rest.split("::").next().expect("a first part");
            let Some(below) = floor(target) else {
                // An exported macro is at the root, whatever folder holds it.
                assert!(target.starts_with("__"), "{path} imports {import}, which is no folder");
                continue;
            };
            assert!(below >= stands || is_tests(&path), "{path} imports {import}, above");
        }
        seen.insert(own);
    }
    let listed: BTreeSet<_> = rows.concat().into_iter().collect();
    assert_eq!(seen, listed, "the table lists what exists");
}

fn is_tests(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

#[test]
fn each_external_crate_is_imported_where_the_table_says() {
    let importers: BTreeMap<_, _> = table("docs/architecture.md", "crate")
        .into_iter()
        .map(|row| (names(&row[0]).remove(0), names(&row[1])))
        .collect();
    let manifest = read("cachekit-core/Cargo.toml");
    let declared: BTreeSet<_> = manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]")
        .take_while(|line| *line != "[dev-dependencies]")
        .filter_map(|line| line.split(['.', ' ']).next().filter(|name| !name.starts_with('[')))
        .filter(|name| !name.is_empty())
        .map(|name| name.replace('-', "_"))
        .collect();
    assert_eq!(declared, importers.keys().cloned().collect(), "the table lists the manifest");
    for path in files("cachekit-core/src", ".rs") {
        let code = code(&path);
        let place = path.trim_start_matches("cachekit-core/src/").trim_end_matches(".rs");
        for import in paths(&code) {
            let (first, rooted) = match import.strip_prefix("::") {
                Some(rest) => (rest.split("::").next().unwrap_or_default(), true),
                None => (import.split("::").next().unwrap_or_default(), false),
            };
            let Some(importers) = importers.get(first) else { continue };
            let declared = [format!("mod {first};"), format!("pub mod {first} ")];
            let is_own = !rooted && declared.iter().any(|line| code.contains(line));
            let may = importers
                .iter()
                .any(|importer| place == importer || place.starts_with(&format!("{importer}/")));
            assert!(is_own || may, "{path} names {import}");
        }
    }
}

/// A6, K12: one reader decodes, and one module reads time, which is monotonic wherever a life or
/// a pause depends on it.
#[test]
fn only_the_policy_names_modes_and_only_one_reader_decodes() {
    for path in files("cachekit-core/src", ".rs") {
        let code = code(&path);
        let is = |place: &str| path.trim_start_matches("cachekit-core/src/").starts_with(place);
        for mode in ["Mode::Strict", "Mode::Degraded", "Mode::Local"] {
            assert!(is("policy.rs") || !code.contains(mode), "{path} names {mode}");
        }
        // One module reads what others stored and rejects what is no value; one opens our own.
        let reads = code.contains("wire.decode(") || code.contains(".reject(");
        let may = is("call/read.rs") || is("l1/open.rs") || is("l2") || is("testing/network");
        assert!(!reads || may, "{path} decodes or rejects");
        for reading in ["SystemTime::now", "Instant::now"] {
            assert!(is("time/clock") || !code.contains(reading), "{path} reads time");
        }
        let pure = (is("l2/breaker") || is("codec") || is("call/steps")) && !is_tests(&path);
        for impure in ["Mutex", ".await", ".lock()", "Instant::now", "clock::now"] {
            assert!(!pure || !code.contains(impure), "{path} is pure and has {impure}");
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    for path in all_rust() {
        let text = read(&path);
        let first = text.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("//! ") && first.ends_with(['.', ':', ',', ';']) || first.len() > 60,
            "{path}: {first}"
        );
        assert!(!path.ends_with("/mod.rs"), "{path} is a mod.rs");
        let is_test =
            path.contains("/tests") || path.starts_with("tests/") || path.ends_with("tests.rs");
        let lines = text.lines().count();
        assert!(is_test || lines <= MOST_LINES, "{path} has {lines} lines");
        for word in ["utils", "helpers", "common", "manager", "service"] {
            assert!(!path.ends_with(&format!("/{word}.rs")), "{path} is named for nothing");
        }
        for word in ["TODO", "FIXME", "/home/", "/work/", "/root/"] {
            assert!(path.ends_with("tidy.rs") || !text.contains(word), "{path} has {word}");
        }
        assert!(!code(&path).contains("unsafe "), "{path} has unsafe code");
    }
}

/// N7: operators find the consistency model, the upgrade window, the runbook and the alert rules.
#[test]
fn the_documents_have_what_operators_look_for() {
    for (document, heading) in [
        ("docs/modes.md", "consistency"),
        ("docs/modes.md", "availability"),
        ("docs/keys.md", "upgrad"),
        ("docs/failure.md", "runbook"),
        ("docs/failure.md", "alert"),
        ("docs/performance.md", "budget"),
    ] {
        let text = read(document).to_lowercase();
        let mut headings = text.lines().filter(|line| line.starts_with('#'));
        assert!(headings.any(|line| line.contains(heading)), "{document} has no {heading}");
    }
}

/// L36: every file operation is inside the boundary of the disk tier.
#[test]
fn only_the_disk_tier_touches_files() {
    let boundary = "cachekit-core/src/l2/disk/files";
    for path in sources() {
        let inside = path == format!("{boundary}.rs") || path.starts_with(&format!("{boundary}/"));
        // The macros run in the compiler.
        let code = code(&path);
        for name in ["std::fs", "tokio::fs", "rustix::fs", "std::os::unix::fs", "canonicalize("] {
            assert!(inside || !code.contains(name), "{path} names {name}");
        }
    }
}

/// Every guarantee has a test that cites it, and every test cites guarantees that exist.
#[test]
fn every_guarantee_is_cited_by_a_test() {
    let is_id = |word: &str| {
        let (letter, number) = word.split_at(word.len().min(1));
        letter.starts_with(|c: char| matches!(c, 'A'..='N' | 'V'))
            && (1..=2).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let stated: BTreeSet<String> = read("docs/guarantees.md")
        .lines()
        .filter_map(|line| line.strip_prefix("- **")?.split("**").next())
        .map(str::to_owned)
        .collect();
    assert!(stated.iter().all(|id| is_id(id)), "{stated:?}");
    let mut cited = BTreeSet::new();
    let mut all = all_rust();
    all.extend(files("tests/ui", ".rs"));
    all.push("tests/run".to_owned());
    for path in all {
        let text = read(&path);
        let comments = text.lines().map(str::trim_start).filter(|line| {
            line.starts_with("///") || line.starts_with("//!") || line.starts_with("# ")
        });
        for line in comments {
            let words = line.split(|letter: char| !letter.is_ascii_alphanumeric());
            let ids = words.filter(|word| word.len() > 1 && is_id(word)).map(str::to_owned);
            // Two are also the names of tiers: they count at the head of a comment alone.
            let head = line.trim_start_matches("/// ").split(':').next().unwrap_or_default();
            let heads = head.split(", ").all(|word| word.len() > 1 && is_id(word));
            let ids = ids.filter(|id| !matches!(id.as_str(), "L1" | "L2") || heads);
            cited.extend(ids.filter(|id| stated.contains(id) || line.contains(&format!("{id}:"))));
        }
    }
    let uncited: Vec<_> = stated.difference(&cited).collect();
    assert!(uncited.is_empty(), "no test cites {uncited:?}");
    let unstated: Vec<_> = cited.difference(&stated).collect();
    assert!(unstated.is_empty(), "docs/guarantees.md does not state {unstated:?}");
}
