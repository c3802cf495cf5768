//! Names functions to a runtime that is being built.

use crate::function::site::Function;
use crate::runtime::config::RuntimeBuilder;

impl RuntimeBuilder {
    /// Functions to validate now, rather than at their first use.
    pub fn functions(mut self, functions: impl IntoIterator<Item = Function>) -> Self {
        self.functions.extend(functions.into_iter().map(Function::registered));
        self
    }
}
