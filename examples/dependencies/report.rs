//! What is printed.

use std::cmp::Reverse;
use std::io::{self, Write};

use crate::Run;
use crate::lock::{Graph, Package};
use crate::reach;

/// Rows of the table unless all are asked for.
const ROWS: usize = 20;

/// Every package with its counts, those that depend on most first.
pub(crate) fn table(out: &mut impl Write, graph: &Graph, all: bool) -> io::Result<()> {
    let mut rows: Vec<_> =
        graph.packages().iter().map(|package| (package, counts(graph, package))).collect();
    rows.sort_by_key(|(package, (count, _))| (Reverse(*count), &package.label));
    writeln!(out, "{:<44} {:>7} {:>7} {:>7}", "package", "direct", "all", "depth")?;
    let shown = if all { rows.len() } else { ROWS };
    for (package, (count, depth)) in rows.iter().take(shown) {
        let name = format!("{} {}", package.name, package.version);
        writeln!(out, "{name:<44} {:>7} {count:>7} {depth:>7}", package.direct)?;
    }
    if rows.len() > shown {
        writeln!(out, ".. and {} more (--all shows them)", rows.len() - shown)?;
    }
    writeln!(out, "\n{} packages; {} once each cycle counts as one", rows.len(), graph.len())
}

/// What one package depends on, by name.
pub(crate) fn package(out: &mut impl Write, graph: &Graph, package: &Package) -> io::Result<()> {
    let (count, depth) = counts(graph, package);
    writeln!(out, "{} depends on {count} packages, {depth} deep:", package.label)?;
    let reached = reach::local(graph, package.group);
    for label in reached.packages.iter().filter(|label| **label != package.label) {
        writeln!(out, "  {label}")?;
    }
    Ok(())
}

/// The packages that a package depends on, and how deep they lie.
fn counts(graph: &Graph, package: &Package) -> (usize, u32) {
    let reached = reach::local(graph, package.group);
    // All but itself.
    (reached.packages.len() - 1, reached.depth)
}

/// What each way to compute it came to.
pub(crate) fn comparison(out: &mut impl Write, runs: &[Run]) -> io::Result<()> {
    writeln!(
        out,
        "\n{:<26} {:>10} {:>10} {:>7} {:>7} {:>11}",
        "", "calls", "body runs", "L1", "L2", "time"
    )?;
    for run in runs {
        let took = match run.took {
            Some(took) => format!("{:.2} ms", took.as_secs_f64() * 1e3),
            None => "not tried".to_owned(),
        };
        let Run { how, calls, bodies, l1, l2, .. } = run;
        writeln!(out, "{how:<26} {calls:>10} {bodies:>10} {l1:>7} {l2:>7} {took:>11}")?;
    }
    if runs.iter().any(|run| run.degraded) {
        writeln!(out, "\nRedis went away on the way; this process went on by itself.")?;
    }
    Ok(())
}
