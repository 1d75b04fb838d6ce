#!lua
-- KEYS: 1 book. ARGV: 1 name, 2 value before, 3 value after. Replaces the entry while it still holds what was read; 1 when it did.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
