//! The two commands that read an entry, as a client without the cache sends them.

use redis::{Commands, Connection, Pipeline, RedisResult, Value};

/// What reads one entry.
pub(crate) struct Read {
    entry: String,
    fields: [String; 2],
    generation: String,
}

impl Read {
    /// What reads the entry of this name, as the server has it.
    pub(crate) fn of(entry: String, client: &mut Connection) -> Self {
        let fields: Vec<String> = client.hkeys(&entry).expect("an entry is a HASH");
        let field = |kind: &str| {
            fields.iter().find(|field| field.starts_with(kind)).expect("an entry has both").clone()
        };
        let (place, _digest) = entry.rsplit_once(':').expect("a digest ends the name");
        let generation = place.replacen(":e:", ":g:", 1);
        Self { fields: [field("v:"), field("g:")], generation, entry }
    }

    pub(crate) fn commands(&self) -> Pipeline {
        let mut commands = Pipeline::with_capacity(2);
        commands.cmd("HMGET").arg(&self.entry).arg(&self.fields);
        commands.cmd("MGET").arg(&self.generation);
        commands
    }
}

/// Makes sure that the answer holds an entry.
pub(crate) fn found(answer: &RedisResult<Vec<Value>>) {
    let Ok([Value::Array(fields), Value::Array(_)]) = answer.as_deref() else {
        panic!("the commands are answered with {answer:?}");
    };
    assert!(matches!(&**fields, [Value::BulkString(_), Value::BulkString(_)]), "an entry is there");
}

pub(crate) fn pick(reads: &[Read], key: u64) -> &Read {
    &reads[usize::try_from(key).expect("a small number")]
}
