//! Names functions to a runtime that is being built.

use crate::function::named::Function;
use crate::policy::Limit;
use crate::runtime::config::RuntimeBuilder;

impl RuntimeBuilder {
    /// Functions to validate now, rather than at their first use.
    pub fn functions(mut self, functions: impl IntoIterator<Item = Function>) -> Self {
        self.functions.extend(functions.into_iter().map(Function::registered));
        self
    }

    /// What this deployment allows a function at most; of several limits the least.
    ///
    /// It shortens every life, in L1, in the fallback and in what is stored in L2, and what is read
    /// from there is not served for longer either. A function without `ttl` gets one. What a
    /// function has computed before this runtime is installed is dropped.
    ///
    /// A function that names its runtime is limited there, and others where they are installed;
    /// elsewhere a limit is an error of the configuration.
    pub fn limit(mut self, function: Function, limit: Limit) -> Self {
        self.limits.push((function.registered(), limit));
        self
    }
}
