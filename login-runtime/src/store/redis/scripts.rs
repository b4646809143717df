//! The steps that are more than one command.
//!
//! The places in a value are those of [`value`](super::value), counted from 1: the version is in
//! bytes 10 to 17, last seen and created in 18 to 33, and the expiry in 34 to 41. Bytes are compared one
//! by one, because Lua's own order of strings is that of the server's language.

use std::sync::LazyLock;

/// A script and the name by which a server that has it knows it.
pub(super) struct Script {
    pub(super) code: &'static str,
    pub(super) hash: String,
}

impl Script {
    fn new(code: &'static str) -> Self {
        let hash = redis::Script::new(code).get_hash().to_owned();
        Self { code, hash }
    }
}

/// Keeps the key for as long as its longest record needs it.
macro_rules! keep {
    () => {
        "
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
"
    };
}

/// `id value lifetime cap over`: makes a login, forgets what expired before `over`, and ends the
/// least recently seen logins beyond the cap. Answers 0 where there is another login with the id.
pub(super) static CREATE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(concat!(
        "
local function compare(a, b, first, last, shift)
  for i = first, last do
    local x, y = a:byte(i), b:byte(i - shift)
    if x ~= y then return x < y and -1 or 1 end
  end
  return 0
end

local before = redis.call('HGET', KEYS[1], ARGV[1])
if before then
  return before == ARGV[2] and 1 or 0
end

local all = redis.call('HGETALL', KEYS[1])
local others = {}
for i = 1, #all, 2 do
  if compare(all[i + 1], ARGV[5], 34, 41, 33) < 0 then
    redis.call('HDEL', KEYS[1], all[i])
  else
    others[#others + 1] = { id = all[i], value = all[i + 1] }
  end
end
table.sort(others, function(a, b)
  local order = compare(a.value, b.value, 18, 33, 0)
  if order == 0 then order = compare(a.id, b.id, 1, 16, 0) end
  return order > 0
end)
for i = tonumber(ARGV[4]), #others do
  redis.call('HDEL', KEYS[1], others[i].id)
end

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
",
        keep!(),
        "return 1"
    ))
});

/// `id value lifetime version`: writes over the record of this version. Answers nothing where there is no
/// record, and 0 where it has another version.
pub(super) static UPDATE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(concat!(
        "
local before = redis.call('HGET', KEYS[1], ARGV[1])
if not before then return nil end
if before == ARGV[2] then return 1 end
if before:sub(10, 17) ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
",
        keep!(),
        "return 1"
    ))
});

/// `keep`: ends every login but that one; answers how many.
pub(super) static DELETE_USER: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "
local ended = redis.call('HLEN', KEYS[1])
local kept = ARGV[1] ~= '' and redis.call('HGET', KEYS[1], ARGV[1])
if not kept then
  redis.call('UNLINK', KEYS[1])
  return ended
end
for _, id in ipairs(redis.call('HKEYS', KEYS[1])) do
  if id ~= ARGV[1] then redis.call('HDEL', KEYS[1], id) end
end
return ended - 1
",
    )
});
