-- Every connection waits a little between two requests: the machine is busy, not saturated, so that the time of an answer is the server's.
-- The pauses differ, or all connections would soon ask at the same moment.
dofile("report.lua")

function init(args)
   math.randomseed(tonumber(args[1]))
end

function delay()
   return math.random(5, 15)
end
