import { expect, test } from 'vitest'
import { sampleMails } from '../../scripts/spam/mails.ts'
import { isInstalled, verdictsOn } from '../../scripts/spam/spamassassin.ts'

const MAX_POINTS = 2
/** Milliseconds for SpamAssassin to judge a hundred mails. It takes one minute on a busy machine. */
const JUDGED_WITHIN_MS = 300_000

test.skipIf(!isInstalled())('no mail has more than two points', { timeout: JUDGED_WITHIN_MS }, async () => {
  const verdicts = verdictsOn(await sampleMails(Date.now()))
  expect(verdicts.filter(({ score }) => score > MAX_POINTS)).toEqual([])
  expect(verdicts.length).toBeGreaterThan(90)
})
