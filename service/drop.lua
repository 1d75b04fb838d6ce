#!lua
-- KEYS: 1 book. ARGV: 1 name, 2 value. Removes the entry while it still holds that value.
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then
  redis.call('HDEL', KEYS[1], ARGV[1])
end
return 1
