-- Every request puts one of two bodies in turn: each changes something.
dofile("report.lua")

local bodies, turn = {}, 0

function init(args)
   bodies = { args[1], args[2] }
end

function request()
   turn = turn + 1
   return wrk.format("PUT", nil, nil, bodies[turn % 2 + 1])
end
