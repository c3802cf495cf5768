//! The identifiers of `uuid`: keys as the number that they are.

use uuid::Uuid;

foreign! {
    Uuid => u128, "uuid 1", |id| id.as_u128();
}
