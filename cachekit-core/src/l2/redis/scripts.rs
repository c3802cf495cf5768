//! What must be one step on the server, in Lua. Dates are milliseconds of the server's own time.
//!
//! KEYS: the entry, the function's generation and, for functions that name one, the tenant's. All
//! share a hash tag. The log that other nodes will follow gets its place as a further key.
//!
//! Scripts that store begin their ARGV with a date: from then on nobody waits for them, and they do
//! nothing but answer `late` with the server's time in microseconds.

use std::sync::LazyLock;

use ::redis::{Pipeline, cmd};

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

/// What several scripts need.
///
/// `generation()` joins the current generations, each followed by a dot; an absent one joins as
/// nothing, which equals no stored one. `is_entry()` drops a HASH of more fields than an entry of
/// ours has: some hundred processes that fill it, and some tens of versions; so no script walks
/// more than these. `settle()` gives the entry the longest life that any of
/// its values or fillers still needs, and drops those that need none. `told()` is a verdict with
/// the server's time, from which who asked learns it.
const PRELUDE: &str = r"
local entry = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function whole(number) return string.format('%.0f', number) end

local function told(verdict) return {verdict, whole(time[1] * 1000000 + time[2])} end

local function is_late() return now >= tonumber(ARGV[1]) end

local function is_entry()
  if redis.call('TYPE', entry).ok ~= 'hash' then return false end
  if redis.call('HLEN', entry) <= 1024 then return true end
  redis.call('UNLINK', entry)
  return false
end

local function generation()
  local joined = ''
  for i = 2, #KEYS do
    joined = joined .. (redis.call('GET', KEYS[i]) or '') .. '.'
  end
  return joined
end

local function keep_generations(fresh, life)
  for i = 2, #KEYS do
    redis.call('SET', KEYS[i], ARGV[fresh + i - 2], 'NX')
    if redis.call('PTTL', KEYS[i]) < life then redis.call('PEXPIRE', KEYS[i], whole(life)) end
  end
end

local function settle()
  local last = 0
  for _, field in ipairs(redis.call('HKEYS', entry)) do
    local kind = string.sub(field, 1, 2)
    if kind == 'f:' or kind == 'g:' then
      local value = redis.call('HGET', entry, field)
      -- Sixteen digits hold any date, and no more are read.
      local ends = tonumber(string.match(string.sub(value, -16), '(%d+)$') or '0')
      if ends > now then
        last = math.max(last, ends)
      else
        redis.call('HDEL', entry, field)
        if kind == 'g:' then redis.call('HDEL', entry, 'v:' .. string.sub(field, 3)) end
      end
    end
  end
  if last > 0 then redis.call('PEXPIREAT', entry, whole(last)) end
end

local function store(version, bytes, expires, under)
  redis.call('HSET', entry, 'v:' .. version, bytes, 'g:' .. version, under .. expires)
  local life = tonumber(expires) - now
  for i = 2, #KEYS do
    if redis.call('PTTL', KEYS[i]) < life then redis.call('PEXPIRE', KEYS[i], whole(life)) end
  end
  settle()
end
";

/// ARGV: version, the most bytes of a value.
///
/// Answers the value, nothing where none may be read, 0 if the key is no entry, or 1 if the value
/// has more bytes, which then never leave the server.
pub(super) static READ: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "read",
        r"
if redis.call('EXISTS', entry) == 0 then return false end
if not is_entry() then return 0 end
local under = redis.call('HGET', entry, 'g:' .. ARGV[1])
local mark = under and string.match(under, '^(.*)%.%d+$')
if not mark or mark .. '.' ~= generation() then return false end
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
redis.call('HDEL', entry, 'v:' .. ARGV[1], 'g:' .. ARGV[1])
settle()
return 1
",
    )
});

/// ARGV: date, filler, life of a filler, fresh generation, fresh tenant generation.
pub(super) static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "claim",
        r"
if is_late() then return told('late') end
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
  if is_entry() then return 0 end
  return redis.call('DEL', entry)
end
if not is_entry() or redis.call('HGET', entry, 'v:' .. ARGV[1]) ~= ARGV[3] then return 0 end
redis.call('HDEL', entry, 'v:' .. ARGV[1], 'g:' .. ARGV[1])
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
local under = redis.call('HGET', entry, 'g:' .. ARGV[2])
local bytes = redis.call('HGET', entry, 'v:' .. ARGV[2])
if not under or not bytes then return 0 end
local mark, expires = string.match(under, '^(.*)%.(%d+)$')
if not mark or mark .. '.' ~= generation() or tonumber(expires) <= now then return 0 end
if bytes ~= ARGV[3] then return 1 end
redis.call('DEL', entry)
redis.call('HSET', entry, 'v:' .. ARGV[2], ARGV[4], 'g:' .. ARGV[2], under)
settle()
return 2
",
    )
});
