//! Revokes many at once: entries, and generations.

use ::redis::{Pipeline, Value, cmd};

use crate::l2::{Fault, Place};
use crate::random;

use super::{FILLER_MS, Redis, classify, keys, scripts};

impl Redis {
    pub(super) async fn invalidate_all(&self, at: &[Place]) -> Result<(), Fault> {
        if at.is_empty() {
            // No server answers nothing.
            return Ok(());
        }
        let keys = at.iter().map(keys);
        let answers = self.link.send(&scripts::INVALIDATE.each_by_hash(keys)).await?;
        if answers.len() != at.len() {
            return Err(Fault::protocol("a pipeline answered with too few values"));
        }
        for (answer, at) in answers.into_iter().zip(at) {
            match answer {
                Value::ServerError(error) if error.code() == "NOSCRIPT" => {
                    self.number(&scripts::INVALIDATE, at, &[]).await?;
                }
                answer => drop(classify::sound(answer)?),
            }
        }
        Ok(())
    }

    pub(super) async fn bump_all(&self, generations: &[String]) -> Result<(), Fault> {
        if generations.is_empty() {
            return Ok(());
        }
        let mut pipeline = Pipeline::with_capacity(generations.len());
        for key in generations {
            let mut set = cmd("SET");
            set.arg(key).arg(random::token().ok_or_else(Fault::random)?).arg("PX").arg(FILLER_MS);
            pipeline.add_command(set);
        }
        for value in self.link.send(&pipeline).await? {
            classify::sound(value)?;
        }
        Ok(())
    }
}
