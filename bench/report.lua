-- What a run of wrk found, as one line of JSON.
function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '{"requests":%d,"seconds":%.6f,"bytes":%d,"p50":%.4f,"p99":%.4f,"refused":%d,"broken":%d}\n',
      summary.requests,
      summary.duration / 1e6,
      summary.bytes,
      latency:percentile(50) / 1000,
      latency:percentile(99) / 1000,
      errors.status,
      errors.connect + errors.read + errors.write + errors.timeout
   ))
end
