//! What a benchmark prints: tables for people, or one JSON object for machines (`--json`).

use super::{Candidate, Rounds};

/// What a benchmark found.
pub(crate) struct Report {
    json: bool,
    tables: Vec<String>,
    facts: Vec<String>,
    name: &'static str,
}

/// How a table is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// Times: the less the better, budgets are the most.
    Time,
    /// Rates: the more the better, budgets are the least.
    Rate { calls: u32 },
}

impl Report {
    pub(crate) fn new(name: &'static str) -> Self {
        let json = std::env::args().any(|argument| argument == "--json");
        Self { json, tables: Vec::new(), facts: Vec::new(), name }
    }

    /// Measures times: the less the better, budgets are the most.
    pub(crate) fn times(&mut self, title: &str, candidates: Vec<Candidate<'_>>) -> Rounds {
        self.table(title, Measure::Time, candidates)
    }

    /// Measures rates: the more the better, budgets are the least. An iteration is so many calls.
    pub(crate) fn rates(
        &mut self,
        title: &str,
        calls: u32,
        candidates: Vec<Candidate<'_>>,
    ) -> Rounds {
        self.table(title, Measure::Rate { calls }, candidates)
    }

    fn table(
        &mut self,
        title: &str,
        measure: Measure,
        mut candidates: Vec<Candidate<'_>>,
    ) -> Rounds {
        let rounds = Rounds::of(&mut candidates);
        if !self.json {
            let heads = ["median", "ratio", "best", "budget"];
            let [median, ratio, best, budget] = heads;
            println!("\n{title}\n{:<60} {median:>12} {ratio:>7} {best:>7} {budget:>7}", "");
        }
        let rows: Vec<_> = candidates
            .iter()
            .enumerate()
            .map(|(index, candidate)| {
                let time = rounds.time(index);
                match measure {
                    Measure::Time => {
                        let ratios = (rounds.ratio(index, 0), rounds.best(index, 0));
                        self.row(
                            candidate,
                            &duration(time),
                            ("ns", time),
                            ratios,
                            |ratio, budget| ratio <= budget,
                        )
                    }
                    Measure::Rate { calls } => {
                        let ratios = (rounds.ratio(0, index), rounds.best(0, index));
                        let rate = f64::from(calls) * 1e9 / time;
                        let shown = format!("{rate:.0} /s");
                        self.row(
                            candidate,
                            &shown,
                            ("per_second", rate),
                            ratios,
                            |ratio, budget| ratio >= budget,
                        )
                    }
                }
            })
            .collect();
        let rows = rows.join(",");
        self.tables.push(format!("{{\"title\":\"{}\",\"rows\":[{rows}]}}", escaped(title)));
        rounds
    }

    /// Prints a row, and returns it as JSON.
    fn row(
        &self,
        candidate: &Candidate<'_>,
        shown: &str,
        (unit, value): (&str, f64),
        (ratio, best): (f64, f64),
        keeps: fn(f64, f64) -> bool,
    ) -> String {
        let (name, verdict) = (candidate.name, verdict(ratio, candidate.budget, keeps));
        if !self.json {
            let budget = candidate.budget.map_or(String::new(), |budget| format!("{budget:.2}"));
            let verdict = verdict.unwrap_or_default();
            println!("  {name:<58} {shown:>12} {ratio:>7.2} {best:>7.2} {budget:>7} {verdict}");
        }
        format!(
            "{{\"name\":\"{}\",\"{unit}\":{value:.2},\"ratio\":{ratio:.3},\"best\":{best:.3},{}}}",
            escaped(name),
            budgeted(candidate.budget, verdict)
        )
    }

    /// Tells something that is not measured in rounds; a budget is the most.
    pub(crate) fn fact(&mut self, name: &str, value: f64, unit: &str, budget: Option<f64>) {
        let verdict = verdict(value, budget, |value, budget| value <= budget);
        if !self.json {
            let most = budget.map_or(String::new(), |budget| format!("{budget:.2}"));
            let shown = format!("{value:.2} {unit}");
            println!(
                "  {name:<58} {shown:>12} {:>15} {most:>7} {}",
                "",
                verdict.unwrap_or_default()
            );
        }
        self.facts.push(format!(
            "{{\"name\":\"{}\",\"value\":{value:.3},\"unit\":\"{unit}\",{}}}",
            escaped(name),
            budgeted(budget, verdict)
        ));
    }

    /// Ends the benchmark.
    pub(crate) fn end(self) {
        if self.json {
            let (tables, facts) = (self.tables.join(","), self.facts.join(","));
            let name = self.name;
            println!("{{\"bench\":\"{name}\",\"tables\":[{tables}],\"facts\":[{facts}]}}");
        }
    }
}

fn verdict(value: f64, budget: Option<f64>, keeps: fn(f64, f64) -> bool) -> Option<&'static str> {
    budget.map(|budget| if keeps(value, budget) { "met" } else { "missed" })
}

fn budgeted(budget: Option<f64>, verdict: Option<&str>) -> String {
    match (budget, verdict) {
        (Some(budget), Some(verdict)) => format!("\"budget\":{budget},\"verdict\":\"{verdict}\""),
        _ => "\"budget\":null,\"verdict\":null".to_owned(),
    }
}

/// Nanoseconds in a unit that keeps the number short.
fn duration(nanos: f64) -> String {
    match nanos {
        ..1e3 => format!("{nanos:.1} ns"),
        1e3..1e6 => format!("{:.1} us", nanos / 1e3),
        _ => format!("{:.1} ms", nanos / 1e6),
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
