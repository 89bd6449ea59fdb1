/**
 * `npm run spam`: SpamAssassin's points for mails of every kind in every language. The exit code is 1 if a mail has more than 2.0, and 3
 * where SpamAssassin is not installed.
 */

import { sampleMails } from './spam/mails.ts'
import { isInstalled, type Verdict, verdictsOn } from './spam/spamassassin.ts'

/** Most points of a mail. SpamAssassin calls a mail spam from 5.0 on; servers add points for what we cannot know here. */
const MAX_POINTS = 2

async function main(): Promise<number> {
  if (!isInstalled()) {
    console.error('SpamAssassin is not installed. On Debian and Ubuntu: apt-get install spamassassin')
    return 3
  }
  const mails = await sampleMails(Date.now())
  const verdicts = verdictsOn(mails)
  const kinds = [...new Set(verdicts.map(({ kind }) => kind))]
  for (const kind of kinds)
    report(
      kind,
      verdicts.filter((verdict) => verdict.kind === kind),
    )
  const worst = Math.max(...verdicts.map(({ score }) => score))
  console.log(`${verdicts.length} mails, the worst ${worst.toFixed(1)} of at most ${MAX_POINTS.toFixed(1)} points.`)
  return worst > MAX_POINTS ? 1 : 0
}

function report(kind: string, verdicts: readonly Verdict[]): void {
  const scores = verdicts.map(({ score }) => score)
  const rules = new Map<string, number>()
  for (const rule of verdicts.flatMap(({ rules }) => rules)) rules.set(rule, (rules.get(rule) ?? 0) + 1)
  const listed = [...rules].map(([rule, times]) => `${rule} ×${times}`).join(', ')
  console.log(`${kind.padEnd(17)} ${Math.min(...scores).toFixed(1)} to ${Math.max(...scores).toFixed(1)}  ${listed}`)
  for (const { locale, score, rules } of verdicts)
    if (score > MAX_POINTS) console.log(`  ${locale} has ${score}: ${rules.join(', ')}`)
}

process.exitCode = await main()
