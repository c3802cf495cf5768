//! What is tested: how many tickets are sold, from the cache, and two ways to sell one more.

use cachekit::{Error, cached};

use crate::table::Table;

/// How many tickets of a show are sold. What nobody vouches for is refused: `strict`.
#[cached(mode = "strict", ttl = 60, skip(table))]
pub(crate) async fn sold(show: u32, table: &Table) -> Result<u64, Error> {
    Ok(table.sold(show).await)
}

/// When a sale tells the cache that the count has changed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Selling {
    /// The mistake. Whoever misses between the two steps reads the old count and stores it, and
    /// nobody removes it any more.
    InvalidatesFirst,
    /// The right way. Whoever reads the old count has its fill revoked by what comes after it.
    CommitsFirst,
}

impl Selling {
    /// Sells a ticket; answers how many are sold with it.
    ///
    /// # Errors
    ///
    /// If the cache could not be told, and so the buyer must not be either. With the right way the
    /// ticket is sold then, and the node owes the invalidation, which it makes up for by itself.
    pub(crate) async fn sell(self, show: u32, table: &Table) -> Result<u64, Error> {
        match self {
            Self::InvalidatesFirst => {
                sold::invalidate(show).await?;
                Ok(table.sell(show).await)
            }
            Self::CommitsFirst => {
                let number = table.sell(show).await;
                sold::invalidate(show).await?;
                Ok(number)
            }
        }
    }
}
