import { rationedBundle } from './ration/bundle.ts'
import { liveDay } from './ration/day/run.ts'
import { FULL_DAY, SMALL_DAY } from './ration/day/size.ts'
import { sumsBy } from './ration/runtime/tally.ts'

if (process.argv.includes('--build')) await rationedBundle('made')
const t0 = Date.now()
const lived = await liveDay(process.argv.includes('--small') ? SMALL_DAY : FULL_DAY, 1, (h) =>
  console.log(h, (Date.now() - t0) / 1000),
)
console.log(lived.seconds, lived.answered, lived.faults.length, lived.wrong.length, lived.faults.slice(0, 30))
for (const [a, e] of sumsBy(lived.counted.entries, 'act')) console.log(a, e.times, JSON.stringify(e.tally))
console.log(JSON.stringify(lived.counted.days), lived.counted.refused)
console.log(
  lived.happened.joined.size,
  lived.happened.left.size,
  lived.happened.wrote.size,
  lived.mailbox.mails.length,
  JSON.stringify([...lived.reports].map(([k, v]) => [k, v.numbers])),
  JSON.stringify(lived.sends.map((s) => [s.state, s.counts])),
)
