#!lua
-- Commits units of one partition, each on its own: all of it or nothing.
--
-- KEYS: 1 versions, 2 states, 3 wakes, 4 outbox, 5 claims, 6 feed, 7 and on: queues by urgency and lane
-- ARGV: 1 key prefix, 2 feed length, 3 seconds a deletion is remembered; then tagged records:
--   C                              a unit begins; its first P or D decides whether it is a repeat
--   P key expected stamp value     put        (expected: "41:", or "" for a row that must not exist)
--   D key expected stamp           delete     (stamp: new version ":" commit id)
--   U id | S id due queue value  unsend | send (queue: counted from 0)
--   R key | T key chunk            remove the track | append to it
--   W key wake | X key             set | remove the wake
--   E event                        append to the feed
-- Returns the indices (from 0) of the units that lost.
--
-- Numbers stay the strings they came as, so no version or instant passes through arithmetic here.
-- Half one reads and checks and may fail; half two writes and cannot, because a script is not rolled back.
local WIDTH = {C = 1, P = 5, D = 4, U = 2, S = 5, R = 2, T = 3, W = 3, X = 2, E = 2}
local STEP = 2000
local QUEUES = 7
local prefix = ARGV[1]
local units, keys, current = {}, {}, {}
local at = 4
while at <= #ARGV do
  local tag = ARGV[at]
  local width = WIDTH[tag]
  if not width or at + width - 1 > #ARGV or (#units == 0 and tag ~= 'C') then
    return redis.error_reply('ERR malformed commit at argument ' .. at)
  end
  if tag == 'C' then
    units[#units + 1] = at
  elseif (tag == 'P' or tag == 'D') and current[ARGV[at + 1]] == nil then
    keys[#keys + 1] = ARGV[at + 1]
    current[ARGV[at + 1]] = false
  elseif (tag == 'W' or tag == 'S') and not tonumber(ARGV[at + 2]) then
    return redis.error_reply('ERR not an instant at argument ' .. at + 2)
  elseif tag == 'S' and not (string.match(ARGV[at + 3], '^%d+$') and KEYS[QUEUES + tonumber(ARGV[at + 3])]) then
    return redis.error_reply('ERR no such queue at argument ' .. at + 3)
  elseif tag == 'T' then
    redis.call('LLEN', prefix .. 'track:' .. ARGV[at + 1])
  end
  at = at + width
end
for from = 1, #keys, STEP do
  local got = redis.call('HMGET', KEYS[1], unpack(keys, from, math.min(from + STEP - 1, #keys)))
  for i = 1, #got do
    current[keys[from + i - 1]] = got[i]
  end
end
-- A key of the wrong type raises here, while nothing is written; those of the rest, further down.
redis.call('HLEN', KEYS[2])
-- `current` is kept up to date with what is about to be written, so a later unit sees an earlier one.
local lost, applied, touched, values, gone = {}, {}, {}, {}, {}
for u = 1, #units do
  local first = units[u] + 1
  local stop = units[u + 1] or #ARGV + 1
  local key, stamp = ARGV[first + 1], ARGV[first + 3]
  if ARGV[first] ~= 'P' and ARGV[first] ~= 'D' then
    return redis.error_reply('ERR unit without a put at argument ' .. first)
  end
  local repeated = current[key] == stamp
  if ARGV[first] == 'D' and not current[key] then
    repeated = (gone[key] or redis.call('GET', prefix .. 'gone:' .. key)) == stamp
  end
  local fits = true
  at = first
  while at < stop and (ARGV[at] == 'P' or ARGV[at] == 'D') do
    local expected, version = ARGV[at + 2], current[ARGV[at + 1]]
    if expected == '' then
      fits = fits and not version
    else
      fits = fits and version and string.sub(version, 1, #expected) == expected
    end
    at = at + WIDTH[ARGV[at]]
  end
  if fits and not repeated then
    local put, deletes = first, false
    while put < at do
      key = ARGV[put + 1]
      touched[#touched + 1] = key
      if ARGV[put] == 'P' then
        current[key], values[key] = ARGV[put + 3], ARGV[put + 4]
      else
        current[key], gone[key], deletes = false, ARGV[put + 3], true
      end
      put = put + WIDTH[ARGV[put]]
    end
    -- What a plain put needs is written for all of them at once; only the rest is gone through again.
    if at < stop or deletes then
      applied[#applied + 1] = u
    end
  elseif not repeated then
    lost[#lost + 1] = u - 1
  end
end
if #applied > 0 then
  redis.call('ZCARD', KEYS[3])
  redis.call('HLEN', KEYS[4])
  redis.call('HLEN', KEYS[5])
  redis.call('XLEN', KEYS[6])
  for q = QUEUES, #KEYS do
    redis.call('ZCARD', KEYS[q])
  end
end
local stamps, states, dropped, done = {}, {}, {}, {}
for i = 1, #touched do
  local key = touched[i]
  if current[key] and not done[key] then
    stamps[#stamps + 1] = key
    stamps[#stamps + 1] = current[key]
    states[#states + 1] = key
    states[#states + 1] = values[key]
  elseif not done[key] then
    dropped[#dropped + 1] = key
  end
  done[key] = true
end
-- half two: from here on nothing can fail
for from = 1, #stamps, STEP do
  redis.call('HSET', KEYS[1], unpack(stamps, from, math.min(from + STEP - 1, #stamps)))
  redis.call('HSET', KEYS[2], unpack(states, from, math.min(from + STEP - 1, #states)))
end
for from = 1, #dropped, STEP do
  redis.call('HDEL', KEYS[1], unpack(dropped, from, math.min(from + STEP - 1, #dropped)))
  redis.call('HDEL', KEYS[2], unpack(dropped, from, math.min(from + STEP - 1, #dropped)))
end
for i = 1, #applied do
  local u = applied[i]
  local stop = units[u + 1] or #ARGV + 1
  local key = ARGV[units[u] + 2]
  local version = string.match(ARGV[units[u] + 4], '^%d+')
  local n = 0
  at = units[u]
  while at < stop do
    local tag, arg = ARGV[at], ARGV[at + 1]
    if tag == 'D' then
      redis.call('DEL', prefix .. 'track:' .. arg)
      redis.call('ZREM', KEYS[3], arg)
      redis.call('SET', prefix .. 'gone:' .. arg, ARGV[at + 3], 'EX', ARGV[3])
    elseif tag == 'U' then
      redis.call('HDEL', KEYS[4], arg)
      redis.call('HDEL', KEYS[5], arg)
      for q = QUEUES, #KEYS do
        redis.call('ZREM', KEYS[q], arg)
      end
    elseif tag == 'S' then
      if redis.call('HSETNX', KEYS[4], arg, ARGV[at + 4]) == 1 then
        redis.call('ZADD', KEYS[QUEUES + tonumber(ARGV[at + 3])], ARGV[at + 2], arg)
      end
    elseif tag == 'R' then
      redis.call('DEL', prefix .. 'track:' .. arg)
    elseif tag == 'T' then
      redis.call('RPUSH', prefix .. 'track:' .. arg, ARGV[at + 2])
    elseif tag == 'W' then
      redis.call('ZADD', KEYS[3], ARGV[at + 2], arg)
    elseif tag == 'X' then
      redis.call('ZREM', KEYS[3], arg)
    elseif tag == 'E' then
      redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[2], '0-*', 'k', key, 'v', version, 'n', n, 'e', arg)
      n = n + 1
    end
    at = at + WIDTH[tag]
  end
end
return lost
