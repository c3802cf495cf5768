//! The tables of `docs/migration.md` beside the attribute: what is on the left is answered with what is
//! on the right, and what is on the right is understood.

use proc_macro2::TokenStream;
use quote::quote;

use crate::cached::cached;

const TABLES: &str = include_str!("../../../docs/migration.md");

/// Stand-ins for what the tables leave open.
const OPEN: &[(&str, &str)] = &[
    ("{ expr }", "{ a }"),
    ("{ .. }", "{ a }"),
    ("DURATION", "LIFE"),
    ("SECS", "10"),
    ("N", "10"),
    ("\"T\"", "\"String\""),
    (" = expr", " = a.len()"),
    ("= bytes", "= 10"),
    ("= n", "= 10"),
    ("= d", "= LIFE"),
    ("= f", "= weight"),
    ("\\|", "|"),
    ("..", "1"),
];

/// A row's cells, the escaped bars of code within them.
fn cells(row: &str) -> Vec<String> {
    let row = row.replace("\\|", "\u{1}");
    row.trim_matches('|')
        .split('|')
        .map(|cell| cell.replace('\u{1}', "|").trim().to_owned())
        .collect()
}

/// The code in a cell that looks like an option.
fn options(cell: &str) -> Vec<String> {
    let code = cell.split('`').skip(1).step_by(2);
    let is_option = |code: &&str| {
        let name = code.split([' ', ':', '(']).next().unwrap_or_default();
        let rest = &code[name.len()..];
        !name.is_empty()
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
            && (rest.is_empty()
                || rest.starts_with(" = ")
                || rest.starts_with(": ")
                || rest.starts_with('('))
    };
    code.filter(is_option).map(str::to_owned).collect()
}

/// An option's messages, on a function that it could be about.
fn messages(option: &str) -> String {
    let mut written = option.to_owned();
    for (open, filled) in OPEN {
        written = written.replace(open, filled);
    }
    let attr: TokenStream = written.parse().unwrap_or_else(|_| panic!("`{written}`"));
    let item = quote!(
        fn f(a: &str, b: u64) -> Option<u64> {
            Some(b)
        }
    );
    cached(attr, &item).to_string()
}

/// The rows of the tables about attributes, up to the one about a table.
fn rows() -> impl Iterator<Item = Vec<String>> {
    let attributes = TABLES.split("## From `moka`").next().unwrap_or_default();
    let rows = attributes.lines().filter(|line| line.starts_with("| `"));
    rows.map(cells).filter(|cells| cells.get(1).is_some_and(|here| here != "here"))
}

/// N22: the answer to a habit from elsewhere names what the table has for it.
#[test]
fn what_is_written_elsewhere_is_answered_as_the_tables_say() {
    let mut asked = 0;
    for row in rows() {
        for option in options(&row[0]).iter().filter(|option| option.contains([' ', ':'])) {
            let told = messages(option);
            if !told.contains("there is no option") {
                continue;
            }
            asked += 1;
            let here: Vec<_> = options(&row[1]);
            let name = |option: &String| option.split([' ', '(', ':']).next().map(str::to_owned);
            let names: Vec<_> = here.iter().filter_map(name).collect();
            let says = |word: &str| told.contains(word);
            let is_told = names.iter().any(|name| says(name))
                || row[1].contains("later") && says("later version")
                || says("remove it")
                || row[1].starts_with("none");
            assert!(
                is_told,
                "`{option}` is {names:?} in the table, and the attribute says: {told}"
            );
        }
    }
    assert!(asked >= 15, "{asked} options were asked: the tables have another form");
}

/// N22: every option that the tables recommend is one.
#[test]
fn what_the_tables_recommend_is_understood() {
    let mut asked = 0;
    for row in rows() {
        for option in options(&row[1]).iter().filter(|option| option.contains(" = ")) {
            asked += 1;
            let told = messages(option);
            let wrong = ["there is no option", "does not take this", "needs a value", "is one of"];
            assert!(!wrong.iter().any(|wrong| told.contains(wrong)), "`{option}`: {told}");
        }
    }
    assert!(asked >= 10, "{asked} options were asked: the tables have another form");
}
