//! Ends a runtime, in the form of every operation that may wait.

use std::time::Duration;

use crate::function::asked::Asked;
use crate::runtime::Runtime;
use crate::runtime::ending::{self, Leftover};

impl Runtime {
    /// Ends the runtime: waits for what is under way, at most until the deadline, and tells what is
    /// left.
    ///
    /// From when it is awaited or waited for, no call and no change begins that would ask L2. It
    /// waits for those that have begun, for the fillers that callers left behind, and for what is
    /// owed; then it closes the connection and ends the thread of the tier. What still runs by then
    /// is refused at its next operation, and hangs nowhere. `RUNTIME_SHUT_DOWN` says that it is over,
    /// and what is left.
    ///
    /// Afterwards strict functions err (`is_unavailable`), degraded ones answer from this process or
    /// run the body, marked, and changes of both are errors that owe nothing; local ones go on. A
    /// second one answers at once; of several at a time, the first deadline ends all. One that is
    /// dropped leaves the runtime without new calls, and what is under way to a later one.
    ///
    /// In a function that the runtime serves, it would wait for its own caller until the deadline.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::Runtime;
    ///
    /// # fn main() -> Result<(), cachekit::Error> {
    /// let runtime = Runtime::builder().namespace("shop").install()?;
    /// // .. the service serves, and is told to end ..
    /// let left = runtime.shutdown(Duration::from_secs(5)).wait();
    /// assert_eq!((left.owed, left.running), (0, 0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn shutdown(&self, deadline: Duration) -> Asked<Leftover> {
        Asked::new(ending::end(self.clone(), deadline))
    }
}
