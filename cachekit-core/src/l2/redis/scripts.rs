//! The steps that must be one on the server, in Lua. Dates are milliseconds of the server's own time.
//!
//! KEYS: the entry, the function's generation and, for functions that name one, the tenant's. All
//! share a hash tag. The log that other nodes will follow gets its place as a further key.
//!
//! Scripts that store begin their ARGV with a date: from then on nobody waits for them, and they do
//! nothing but answer `late` with the server's time in microseconds.

mod prelude;

use std::sync::LazyLock;

use ::redis::{Pipeline, cmd};

use prelude::PRELUDE;

/// A script, sent by its hash.
pub(super) struct Script {
    source: String,
    script: ::redis::Script,
}

impl Script {
    /// The name opens the source, so that who reads the server's log knows which one ran.
    fn new(name: &str, body: &str) -> Self {
        let source = format!("-- cachekit {name}\n{PRELUDE}\n{body}");
        let script = ::redis::Script::new(&source);
        Self { source, script }
    }

    /// The call of a script that the server has.
    pub(super) fn by_hash(&self, keys: &[&str], args: &[&[u8]]) -> Pipeline {
        call("EVALSHA", self.script.get_hash(), keys, args)
    }

    /// The calls of a script that the server has, each on its own keys.
    pub(super) fn each_by_hash<'a>(&self, keys: impl Iterator<Item = Vec<&'a str>>) -> Pipeline {
        let mut pipeline = Pipeline::new();
        for keys in keys {
            add(&mut pipeline, "EVALSHA", self.script.get_hash(), &keys, &[]);
        }
        pipeline
    }

    /// The call of a script that the server does not have, and has from then on.
    pub(super) fn by_source(&self, keys: &[&str], args: &[&[u8]]) -> Pipeline {
        call("EVAL", &self.source, keys, args)
    }
}

fn call(command: &str, script: &str, keys: &[&str], args: &[&[u8]]) -> Pipeline {
    let mut pipeline = Pipeline::with_capacity(1);
    add(&mut pipeline, command, script, keys, args);
    pipeline
}

fn add(to: &mut Pipeline, command: &str, script: &str, keys: &[&str], args: &[&[u8]]) {
    let mut call = cmd(command);
    call.arg(script).arg(keys.len()).arg(keys).arg(args);
    to.add_command(call);
}

/// ARGV: version, the most bytes of a value.
///
/// Answers the value, nothing where none may be read, 0 if what is at one of the keys is none of ours,
/// or 1 if the value has more bytes, which then never leave the server.
pub(super) static READ: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "read",
        r"
if redis.call('EXISTS', entry) == 0 then return false end
if not is_entry() then return 0 end
local under, current = mark(ARGV[1]), generation()
if under == false or not current then return 0 end
if under ~= current then return false end
if redis.call('HSTRLEN', entry, 'v:' .. ARGV[1]) > tonumber(ARGV[2]) then return 1 end
return redis.call('HGET', entry, 'v:' .. ARGV[1])
",
    )
});

/// ARGV: version, the most bytes of a value. Answers 1 if a larger one is gone.
pub(super) static SHED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "shed",
        r"
if not is_entry() or redis.call('HSTRLEN', entry, 'v:' .. ARGV[1]) <= tonumber(ARGV[2]) then
  return 0
end
drop(ARGV[1])
settle()
return 1
",
    )
});

/// ARGV: date, filler, life of a filler, fresh generation, fresh tenant generation.
///
/// Answers the generations and the server's time, or 0 if what is at one of their keys is none.
pub(super) static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "claim",
        r"
if is_late() then return told('late') end
if not generation() then return 0 end
if redis.call('EXISTS', entry) == 1 and not is_entry() then redis.call('DEL', entry) end
keep_generations(4, tonumber(ARGV[3]))
redis.call('HSET', entry, 'f:' .. ARGV[2], whole(now + tonumber(ARGV[3])))
settle()
return {generation(), whole(now)}
",
    )
});

/// ARGV: filler, generation, version, bytes, expires, whether it takes the place of everything else.
///
/// Answers 1 if the value is stored, 0 if an invalidation came first.
pub(super) static COMMIT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "commit",
        r"
if not is_entry() then return 0 end
local wanted = redis.call('HDEL', entry, 'f:' .. ARGV[1]) == 1 and generation() == ARGV[2]
if wanted and ARGV[6] == '1' then redis.call('DEL', entry) end
if not wanted or tonumber(ARGV[5]) <= now then
  settle()
  return wanted and 1 or 0
end
store(ARGV[3], ARGV[4], ARGV[5], ARGV[2])
return 1
",
    )
});

/// ARGV: filler, generation. Answers 1 if the fill was still wanted.
pub(super) static ABORT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "abort",
        r"
if not is_entry() then return 0 end
local wanted = redis.call('HDEL', entry, 'f:' .. ARGV[1]) == 1 and generation() == ARGV[2]
settle()
return wanted and 1 or 0
",
    )
});

/// ARGV: version, `value` or `type`, the bytes that were seen.
///
/// Answers 1 if what was seen is gone, 0 if something else is there.
pub(super) static REJECT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "reject",
        r"
if ARGV[2] == 'type' then
  local gone = clear_generations()
  if not is_entry() then
    gone = gone + redis.call('UNLINK', entry)
  elseif mark(ARGV[1]) == false then
    drop(ARGV[1])
    settle()
    gone = gone + 1
  end
  return gone > 0 and 1 or 0
end
local value = 'v:' .. ARGV[1]
if not is_entry() or redis.call('HSTRLEN', entry, value) ~= #ARGV[3] then return 0 end
if redis.call('HGET', entry, value) ~= ARGV[3] then return 0 end
drop(ARGV[1])
settle()
return 1
",
    )
});

/// Removes every value and every filler. Answers how many entries there were.
pub(super) static INVALIDATE: LazyLock<Script> =
    LazyLock::new(|| Script::new("invalidate", "return redis.call('DEL', entry)"));

/// ARGV: date, version, bytes, expires, fresh generation, fresh tenant generation.
///
/// Answers 1 if the value is stored, or `ended` with the server's time.
pub(super) static REPLACE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "replace",
        r"
if is_late() then return told('late') end
redis.call('DEL', entry)
if tonumber(ARGV[4]) <= now then return told('ended') end
clear_generations()
keep_generations(5, tonumber(ARGV[4]) - now)
store(ARGV[2], ARGV[3], ARGV[4], generation())
return 1
",
    )
});

/// ARGV: date, version, the bytes that were read, the bytes to store.
///
/// Answers 2 if they are stored, 1 if other bytes are there, 0 if none that may be read are.
pub(super) static SWAP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "swap",
        r"
if is_late() then return told('late') end
if not is_entry() then return 0 end
local under, ends = mark(ARGV[2])
if not under or under ~= generation() or ends <= now then return 0 end
local value = 'v:' .. ARGV[2]
if redis.call('HEXISTS', entry, value) == 0 then return 0 end
if redis.call('HSTRLEN', entry, value) ~= #ARGV[3] then return 1 end
if redis.call('HGET', entry, value) ~= ARGV[3] then return 1 end
redis.call('UNLINK', entry)
redis.call('HSET', entry, value, ARGV[4], 'g:' .. ARGV[2], under .. whole(ends))
settle()
return 2
",
    )
});
