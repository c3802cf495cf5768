//! A server's keys, as an operator sees and changes them, past any client of the cache.

use std::time::Duration;

use cachekit::testing::Kept;
use redis::{Cmd, Connection, FromRedisValue, RedisError, Script, Value, cmd};

use crate::differential::content::{Content, Held};
use crate::differential::step::CROWD;

/// An operator's own connection.
pub(super) struct Keys {
    connection: Connection,
    look: Script,
    older: Script,
    crowd: Script,
}

/// Every key with its type, what is left of its life, and what is at it.
const LOOK: &str = r"
local rows = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  local kind, held = redis.call('TYPE', key).ok, false
  if kind == 'hash' then held = redis.call('HGETALL', key) end
  if kind == 'string' then held = redis.call('GET', key) end
  rows[#rows + 1] = {key, kind, redis.call('PTTL', key), held}
end
local time = redis.call('TIME')
return {time[1] * 1000 + math.floor(time[2] / 1000), rows}
";

/// ARGV: milliseconds. Everything is older by them: what is left of a life, and the dates of marks
/// and fillers, are less. To a script of the cache that is the same as if they had passed.
const OLDER: &str = r"
local time = tonumber(ARGV[1])
local function earlier(digits)
  if #digits > 16 then return digits end
  return string.format('%.0f', tonumber(digits) - time)
end
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 and left <= time then
    redis.call('DEL', key)
  elseif redis.call('TYPE', key).ok == 'hash' then
    if left >= 0 then redis.call('PEXPIRE', key, string.format('%.0f', left - time)) end
    for _, field in ipairs(redis.call('HKEYS', key)) do
      local kind, held = string.sub(field, 1, 2), redis.call('HGET', key, field)
      if kind == 'g:' then
        local under, ends = string.match(held, '^(.*%.)(%d+)$')
        if under then redis.call('HSET', key, field, under .. earlier(ends)) end
      elseif kind == 'f:' and string.match(held, '^%d+$') then
        redis.call('HSET', key, field, earlier(held))
      end
    end
  elseif left >= 0 then
    redis.call('PEXPIRE', key, string.format('%.0f', left - time))
  end
end
return 1
";

/// ARGV: how many. Adds so many fields to a key that has fields, or none yet.
const CROWD_IN: &str = r"
if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return 0 end
for n = 0, tonumber(ARGV[1]) - 1 do redis.call('HSET', KEYS[1], 'x' .. n, '') end
return 1
";

impl Keys {
    pub(super) fn new(connection: Connection) -> Self {
        let (look, older) = (Script::new(LOOK), Script::new(OLDER));
        Self { connection, look, older, crowd: Script::new(CROWD_IN) }
    }

    fn ask<T: FromRedisValue>(&mut self, cmd: &Cmd) -> Result<T, RedisError> {
        cmd.query(&mut self.connection)
    }

    /// Sends a command whose answer does not matter.
    pub(super) fn tell(&mut self, words: &[&str]) {
        let told = self.ask::<Value>(cmd(words[0]).arg(&words[1..]));
        // What is of another type stays as it is.
        let is_right = |error: &RedisError| error.code() == Some("WRONGTYPE");
        assert!(told.as_ref().err().is_none_or(is_right), "{words:?}: {told:?}");
    }

    pub(super) fn set_field(&mut self, key: &str, field: &str, bytes: &[u8]) {
        let told = self.ask::<Value>(cmd("HSET").arg(key).arg(field).arg(bytes));
        let is_right = |error: &RedisError| error.code() == Some("WRONGTYPE");
        assert!(told.as_ref().err().is_none_or(is_right), "{key} {field}: {told:?}");
    }

    /// A field's bytes, of a key that has fields.
    pub(super) fn field(&mut self, key: &str, field: &str) -> Option<Vec<u8>> {
        self.ask(cmd("HGET").arg(key).arg(field)).unwrap_or_default()
    }

    pub(super) fn put_list(&mut self, key: &str) {
        self.tell(&["DEL", key]);
        self.tell(&["RPUSH", key, "another program's"]);
    }

    pub(super) fn crowd(&mut self, key: &str) {
        let mut crowd = self.crowd.prepare_invoke();
        crowd.key(key).arg(CROWD);
        let _: Value = crowd.invoke(&mut self.connection).expect("a script is run");
    }

    /// Milliseconds of the server's own time.
    pub(super) fn now(&mut self) -> u64 {
        let (seconds, micros): (u64, u64) = self.ask(&cmd("TIME")).expect("it tells the time");
        seconds * 1_000 + micros / 1_000
    }

    pub(super) fn grow_older(&mut self, time: Duration) {
        let mut older = self.older.prepare_invoke();
        older.arg(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        let _: Value = older.invoke(&mut self.connection).expect("a script is run");
    }

    /// Every key.
    pub(super) fn content(&mut self) -> Content {
        let look = self.look.prepare_invoke().invoke(&mut self.connection);
        let (now, rows): (u64, Vec<Value>) = look.expect("a script is run");
        Content { now, held: rows.into_iter().map(row).collect() }
    }
}

fn row(row: Value) -> (String, Held) {
    let row: (String, String, i64, Value) = redis::from_redis_value(row).expect("a row has four");
    let (key, kind, left, held) = row;
    let read = "what a type says that it is, it is";
    let kept = match kind.as_str() {
        "string" => Kept::Text(redis::from_redis_value(held).expect(read)),
        "hash" => Kept::Fields(redis::from_redis_value(held).expect(read)),
        _ => Kept::Foreign,
    };
    (key, Held { kept, left: u64::try_from(left).ok() })
}
