//! A parameter that is taken apart where it stands: the names it binds, and how expressions see them.

use proc_macro2::Ident;
use syn::Pat;

use crate::plan::Pattern;

/// Reads a pattern; `None` for a plain name, which needs none of this.
pub(super) fn read(pat: &Pat) -> Option<Pattern> {
    if let Pat::Ident(pat) = pat
        && pat.by_ref.is_none()
        && pat.subpat.is_none()
    {
        return None;
    }
    let mut seen = pat.clone();
    let mut pattern = Pattern { seen: pat.clone(), bound: Vec::new(), derefs: Vec::new() };
    soften(&mut seen, 0, &mut pattern);
    pattern.seen = seen;
    Some(pattern)
}

/// Makes of a pattern one that matches a reference to what it matched.
///
/// `ref`, `mut` and `&` go, because not every edition takes them where the compiler itself binds by
/// reference. What stood behind a `&` is then one reference further away than elsewhere.
fn soften(pat: &mut Pat, references: usize, pattern: &mut Pattern) {
    match pat {
        Pat::Ident(ident) => {
            ident.by_ref = None;
            ident.mutability = None;
            pattern.bound.push(ident.ident.clone());
            if let Some((_, inner)) = &mut ident.subpat {
                soften(inner, 0, pattern);
            }
            if references > 0 {
                pattern.derefs.push((ident.ident.clone(), references));
            }
        }
        Pat::Reference(reference) => {
            let mut inner = (*reference.pat).clone();
            soften(&mut inner, references + 1, pattern);
            *pat = inner;
        }
        Pat::Paren(paren) => soften(&mut paren.pat, references, pattern),
        Pat::Tuple(tuple) => each(tuple.elems.iter_mut(), pattern),
        Pat::TupleStruct(tuple) => each(tuple.elems.iter_mut(), pattern),
        Pat::Slice(slice) => each(slice.elems.iter_mut(), pattern),
        Pat::Struct(fields) => {
            fields.fields.iter_mut().for_each(|field| soften(&mut field.pat, 0, pattern));
        }
        Pat::Or(or) => {
            // Every case binds the same names.
            let outside = pattern.bound.len();
            for case in &mut or.cases {
                pattern.bound.truncate(outside);
                soften(case, references, pattern);
            }
        }
        // Nothing is bound by what is left, or by what only the compiler can read.
        _ => {}
    }
}

fn each<'a>(pats: impl Iterator<Item = &'a mut Pat>, pattern: &mut Pattern) {
    pats.for_each(|pat| soften(pat, 0, pattern));
}

impl Pattern {
    /// Whether nothing can name the parameter, or any part of it.
    pub(super) fn is_wild(&self) -> bool {
        matches!(self.seen, Pat::Wild(_))
    }

    pub(super) fn binds(&self, name: &Ident) -> bool {
        self.bound.iter().any(|bound| bound == name)
    }
}
