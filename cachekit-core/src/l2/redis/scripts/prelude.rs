//! The beginning that several scripts share.

/// What several scripts need. No script does more than is linear in what it finds, and what is longer
/// than ours can be is not looked into.
///
/// `generation()` joins the current generations, each followed by a dot; an absent one joins as a
/// dash, which no mark has and no claim was told. It is false if what is at one of their keys is no
/// generation, which `clear_generations()` removes. `mark()` is what a version's value was stored
/// under: its generations and its end, false if they cannot be read, nothing if there is none.
/// `is_entry()` drops a HASH of more fields than an entry of ours has: some hundred processes that
/// fill it, and some tens of versions. `settle()` gives the entry the longest life that any of its
/// values or fillers still needs, and drops those that need none, those whose life nobody gave, and
/// fields of longer names than ours. `told()` is a verdict with the server's time, from which who
/// asked learns it.
pub(super) const PRELUDE: &str = r"
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

local function generation_at(key)
  local length = redis.pcall('STRLEN', key)
  if length == 0 then return redis.call('EXISTS', key) == 0 and '-' end
  if type(length) ~= 'number' or length > 64 then return false end
  return string.match(redis.call('GET', key), '^%x+$') or false
end

local function generation()
  local joined = ''
  for i = 2, #KEYS do
    local one = generation_at(KEYS[i])
    if not one then return false end
    joined = joined .. one .. '.'
  end
  return joined
end

local function clear_generations()
  local gone = 0
  for i = 2, #KEYS do
    if not generation_at(KEYS[i]) then gone = gone + redis.call('UNLINK', KEYS[i]) end
  end
  return gone
end

local function keep_generations(fresh, life)
  for i = 2, #KEYS do
    redis.call('SET', KEYS[i], ARGV[fresh + i - 2], 'NX')
    if redis.call('PTTL', KEYS[i]) < life then redis.call('PEXPIRE', KEYS[i], whole(life)) end
  end
end

local function mark(version)
  local length = redis.call('HSTRLEN', entry, 'g:' .. version)
  if length == 0 and redis.call('HEXISTS', entry, 'g:' .. version) == 0 then return nil end
  if length > 256 then return false end
  local under, ends = string.match(redis.call('HGET', entry, 'g:' .. version), '^([%x.]*)%.(%d+)$')
  if not under or #ends > 16 then return false end
  return under .. '.', tonumber(ends)
end

local function drop(version)
  redis.call('HDEL', entry, 'v:' .. version, 'g:' .. version)
end

local function settle()
  local last = 0
  for _, field in ipairs(redis.call('HKEYS', entry)) do
    local kind, name, ends = string.sub(field, 1, 2), string.sub(field, 3), nil
    if #field > 128 then
      redis.call('HDEL', entry, field)
    elseif kind == 'g:' then
      ends = select(2, mark(name)) or 0
      if ends <= now then drop(name) end
    elseif kind == 'f:' then
      local digits = redis.call('HSTRLEN', entry, field) <= 16 and redis.call('HGET', entry, field)
      ends = tonumber(digits and string.match(digits, '^%d+$')) or 0
      if ends <= now or ends > now + 86400000 then
        ends = 0
        redis.call('HDEL', entry, field)
      end
    end
    last = math.max(last, ends or 0)
  end
  if last > now then redis.call('PEXPIREAT', entry, whole(last)) end
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
