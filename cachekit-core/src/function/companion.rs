//! The operations on all entries of a function, or on those of a tenant.

use std::sync::Arc;

use crate::call::context::Context;
use crate::call::invalidate::{Invalidated, Invalidation};
use crate::error::{Error, Operation};
use crate::function::asked::Asked;
use crate::function::reach;
use crate::function::site::{Function, Site};
use crate::key::tenant::Tenant;
use crate::l2::owed::Subject;
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

async fn clear(site: &'static Site, tenant: Option<Arc<str>>) -> Result<Invalidated, Error> {
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
