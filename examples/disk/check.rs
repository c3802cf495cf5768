//! Runs the program as its users do: cold, warm after a restart, and with a damaged cache.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::folder;

/// What one run printed.
struct Run {
    /// Files, computed, from disk, from memory; of both passes.
    passes: [[u64; 4]; 2],
    /// The sum of the statistics.
    sum: String,
    corruptions: u64,
}

/// # Errors
///
/// If a run fails, or comes to something else than it must.
pub(crate) fn check() -> Result<(), Box<dyn Error>> {
    let around = std::env::temp_dir().join(format!("cachekit-disk-check-{}", std::process::id()));
    let checked = check_in(&around);
    fs::remove_dir_all(&around)?;
    checked
}

fn check_in(around: &Path) -> Result<(), Box<dyn Error>> {
    let (texts, cache) = (around.join("texts"), around.join("cache"));
    fs::create_dir_all(&texts)?;
    for n in 0..20 {
        let line = |word: usize| format!("{} of file {n}\n", "word ".repeat(word % 17 + 1));
        fs::write(texts.join(format!("{n}.txt")), (0..200).map(line).collect::<String>())?;
    }
    let cold = run(&texts, &cache)?;
    holds("cold", &cold, [[20, 20, 0, 0], [20, 0, 0, 20]], 0)?;
    let warm = run(&texts, &cache)?;
    holds("warm", &warm, [[20, 0, 20, 0], [20, 0, 0, 20]], 0)?;
    // A content is known by its hash.
    fs::rename(texts.join("0.txt"), texts.join("moved.txt"))?;
    let values: Vec<_> = folder::files(&cache)?.into_iter().filter(|path| is_value(path)).collect();
    for value in values.iter().take(5) {
        let mut bytes = fs::read(value)?;
        bytes[100] ^= 1;
        fs::write(value, bytes)?;
    }
    let damaged = run(&texts, &cache)?;
    holds("damaged", &damaged, [[20, 5, 15, 0], [20, 0, 0, 20]], 5)?;
    let healed = run(&texts, &cache)?;
    holds("healed", &healed, [[20, 0, 20, 0], [20, 0, 0, 20]], 0)?;
    if [&warm, &damaged, &healed].iter().any(|run| run.sum != cold.sum) {
        return Err("two runs over the same texts differ".into());
    }
    println!("check: cold, warm, damaged and healed runs agree");
    Ok(())
}

fn holds(
    name: &str,
    run: &Run,
    passes: [[u64; 4]; 2],
    corruptions: u64,
) -> Result<(), Box<dyn Error>> {
    if run.passes != passes || run.corruptions != corruptions {
        let (found, damage) = (run.passes, run.corruptions);
        return Err(format!("the {name} run came to {found:?} with {damage} damaged files").into());
    }
    Ok(())
}

fn run(texts: &Path, cache: &Path) -> Result<Run, Box<dyn Error>> {
    let ran =
        Command::new(std::env::current_exe()?).arg(texts).arg("--cache").arg(cache).output()?;
    if !ran.status.success() {
        return Err(String::from_utf8_lossy(&ran.stderr).into_owned().into());
    }
    let out = String::from_utf8(ran.stdout)?;
    print!("{out}");
    let mut passes = [[0; 4]; 2];
    for (pass, name) in passes.iter_mut().zip(["first", "second"]) {
        let line = out.lines().find(|line| line.starts_with(name)).ok_or("a pass is missing")?;
        for (number, word) in pass.iter_mut().zip(line.split_whitespace().skip(1)) {
            *number = word.parse()?;
        }
    }
    let sum = out.lines().find(|line| line.contains(" bytes, ")).ok_or("the sum is missing")?;
    let health = out.lines().find_map(|line| line.strip_prefix("health: "));
    let health: serde_json::Value = serde_json::from_str(health.ok_or("health is missing")?)?;
    let corruptions = health["metrics"]["warm_corruptions"].as_u64().ok_or("no counter")?;
    Ok(Run { passes, sum: sum.to_owned(), corruptions })
}

/// Whether a file of the cache is a value.
fn is_value(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.len() == 64 + 1 + 16)
}
