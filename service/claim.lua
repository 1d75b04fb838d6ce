#!lua
-- Claims those of the named outbox rows that are still due, in the order named.
--
-- KEYS: 1 outbox, 2 claims, 3 and on: queues by urgency and lane
-- ARGV: 1 now, 2 end of the lease; then queue (counted from 0), id, queue, id …
-- Returns id, value, times claimed, id, value, times claimed …
-- As in commit.lua: first everything is read and checked, then what cannot fail is written.
local now = tonumber(ARGV[1])
local taken, reply = {}, {}
if not now or not tonumber(ARGV[2]) then
  return redis.error_reply('ERR not an instant: ' .. ARGV[1] .. ', ' .. ARGV[2])
end
for at = 3, #ARGV - 1, 2 do
  local queue, id = KEYS[3 + tonumber(ARGV[at])], ARGV[at + 1]
  local due = redis.call('ZSCORE', queue, id)
  local value = redis.call('HGET', KEYS[1], id)
  local claims = tonumber(redis.call('HGET', KEYS[2], id) or '0')
  if due and tonumber(due) <= now and value then
    taken[#taken + 1] = {queue, id}
    reply[#reply + 1] = id
    reply[#reply + 1] = value
    reply[#reply + 1] = claims + 1
  end
end
-- half two: from here on nothing can fail
for i = 1, #taken do
  redis.call('ZADD', taken[i][1], ARGV[2], taken[i][2])
  redis.call('HINCRBY', KEYS[2], taken[i][2], 1)
end
return reply
