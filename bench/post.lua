-- Every request posts the same body.
dofile("report.lua")

function init(args)
   wrk.method = "POST"
   wrk.body = args[1]
end
