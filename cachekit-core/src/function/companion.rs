//! The operations on all entries of a function, on those of a tenant, or on those of all functions.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use crate::call::context::Context;
use crate::call::invalidate::{Invalidated, Invalidation};
use crate::error::{Error, Operation};
use crate::function::asked::Asked;
use crate::function::named::Function;
use crate::function::reach;
use crate::function::site::Site;
use crate::key::tenant::Tenant;
use crate::l2::owed::Subject;
use crate::runtime::Runtime;
use crate::runtime::registered::Erased;

/// Invalidates every entry of a function, whoever wrote it.
pub fn invalidate_all(function: Function) -> Asked<Result<Invalidated, Error>> {
    Asked::new(clear(function.0, None))
}

/// Invalidates every entry of one tenant of a function, whoever wrote it.
pub fn invalidate_tenant<T: Tenant + ?Sized>(
    function: Function,
    tenant: &T,
) -> Asked<Result<Invalidated, Error>> {
    // Entries of no tenant depend on the function's generation alone.
    Asked::new(clear(function.0, tenant.text().map(Arc::from)))
}

impl Function {
    /// Invalidates every entry of it, whoever wrote it, as `invalidate_all` of its companion does.
    ///
    /// # Errors
    ///
    /// In strict, what L2 did not confirm; it is owed then. In every mode with an L2, a
    /// configuration that has none and does not say so.
    pub fn invalidate_all(self) -> Asked<Result<Invalidated, Error>> {
        invalidate_all(self)
    }
}

impl Runtime {
    /// Invalidates every entry of every function of this runtime, whoever wrote it.
    ///
    /// Those functions that were named to it ([`RuntimeBuilder::functions`]) or have been called or
    /// asked something in this process: [`Runtime::functions`] lists them. All are told at once. It
    /// answers the worst that one of them says: `Pending`, else `LocalOnly`, else `Done`; without
    /// any, as much as its L2 could say.
    ///
    /// # Errors
    ///
    /// Where functions failed: how many of how many, and the first one's reason, in the order of
    /// their names. The others are invalidated. It `is_owed` if what failed is.
    ///
    /// [`RuntimeBuilder::functions`]: crate::RuntimeBuilder::functions
    ///
    /// ```
    /// use cachekit::{Invalidated, Runtime};
    ///
    /// # fn main() -> Result<(), cachekit::Error> {
    /// let runtime = Runtime::builder().without_l2().build()?;
    /// assert_eq!(runtime.invalidate_all().wait()?, Invalidated::LocalOnly);
    /// # Ok(())
    /// # }
    /// ```
    pub fn invalidate_all(&self) -> Asked<Result<Invalidated, Error>> {
        // In the runtime's own world, whoever asks.
        self.0.here.run(|| Asked::new(everything(self.clone())))
    }
}

/// Invalidates every function of a runtime; the worst that one of them says.
async fn everything(runtime: Runtime) -> Result<Invalidated, Error> {
    let mut functions = runtime.0.registry.functions();
    functions.sort_by_key(|function| function.spec().identity);
    let told = together(functions.iter().map(|function| function.invalidate_all())).await;
    let (mut failed, of) = (Vec::new(), told.len());
    let least = if runtime.0.gate.is_some() { Invalidated::Done } else { Invalidated::LocalOnly };
    let worst = told.into_iter().fold(least, |worst, told| match told {
        Ok(far) => worst.worse(far),
        Err(error) => {
            failed.push(error);
            worst
        }
    });
    Error::several(&failed, of).map_or(Ok(worst), Err)
}

/// Awaits all of them one beside the other; what came of each, in their order.
///
/// The first poll begins every one, so that whoever gives up has begun them all.
async fn together<T>(all: impl Iterator<Item = Pin<Box<dyn Future<Output = T> + Send>>>) -> Vec<T> {
    let mut running: Vec<_> = all.map(Err).collect();
    poll_fn(|cx| {
        for each in &mut running {
            if let Err(operation) = each
                && let Poll::Ready(told) = operation.as_mut().poll(cx)
            {
                *each = Ok(told);
            }
        }
        if running.iter().all(Result::is_ok) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    running.into_iter().filter_map(Result::ok).collect()
}

pub(super) async fn clear(
    site: &'static Site,
    tenant: Option<Arc<str>>,
) -> Result<Invalidated, Error> {
    site.register();
    let revoke = || match &tenant {
        Some(tenant) => site.stores().for_each(|store| store.revoke_tenant(tenant)),
        None => site.stores().for_each(Erased::revoke_all),
    };
    let at = site.spec().at(tenant.clone());
    let scope = Context { policy: site.policy(), digest: None, guard: None, at };
    let (gate, names) = (reach::gate(site), reach::names(site));
    let tier = gate.as_ref().map(|gate| gate.as_ref().zip(names.as_deref()));
    let counts = site.stores().next().map(Erased::counts);
    let invalidation = Invalidation { scope: &scope, tier, counts, revoke };
    let subject = |names: &_| {
        tenant.as_deref().map_or(Subject::Function, |tenant| Subject::tenant(names, tenant))
    };
    invalidation.run(Operation::Clear, subject).await
}
