import { spawnSync } from 'node:child_process'
import type { SampleMail } from './mails.ts'

/** SpamAssassin's verdict on a mail: its score and the rules that gave points. */
export type Verdict = { kind: string; locale: string; score: number; rules: string[] }

/** Rules that judge what a mail server or the network adds. These mails have not travelled. */
const NOT_OURS = ['NO_RECEIVED', 'NO_RELAYS', 'ALL_TRUSTED']
/** Most bytes of SpamAssassin's answer to all mails. */
const MAX_ANSWER = 512 * 1_024 * 1_024

export const isInstalled = (): boolean => spawnSync('spamassassin', ['--version']).status === 0

/**
 * The verdicts on mails, by SpamAssassin's local rules without network.
 * @throws Error when it fails or answers for another number of mails
 */
export function verdictsOn(mails: readonly SampleMail[]): Verdict[] {
  const run = spawnSync('spamassassin', ['--local', '--mbox', '--cf', 'report_safe 0'], {
    input: Buffer.concat(mails.flatMap(({ bytes }) => [Buffer.from(FROM_LINE), mboxOf(bytes), Buffer.from('\n')])),
    maxBuffer: MAX_ANSWER,
  })
  if (run.status !== 0) throw new Error(`spamassassin ended with status ${run.status}: ${run.stderr}`)
  const judged = new Map(
    run.stdout
      .toString('latin1')
      .split(/^From .*\n/m) // it answers in an order of its own
      .map((answer) => [MESSAGE_ID.exec(answer)?.[1] ?? '', STATUS.exec(answer)]),
  )
  return mails.map(({ kind, locale, id }) => {
    const [, score, tests = ''] = judged.get(id) ?? []
    if (score === undefined) throw new Error(`spamassassin has not judged the mail ${id}`)
    const rules = tests.split(/[,\s]+/).filter((rule) => rule !== '' && rule !== 'none' && !NOT_OURS.includes(rule))
    return { kind, locale, score: Number(score), rules }
  })
}

const FROM_LINE = 'From campaigns@bellwether.org Mon Nov 30 12:00:00 2026\n'
const STATUS = /^X-Spam-Status: \w+, score=(-?[\d.]+) required=[\d.]+\s+tests=([\w,\s]*?)\s+autolearn=/m
const MESSAGE_ID = /^Message-I[dD]: <([^>]+)>/m

/** A mail in an mbox: line ends of the system, and no line that begins another mail (RFC 4155). */
const mboxOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(
    Buffer.from(bytes)
      .toString('latin1')
      .replaceAll('\r\n', '\n')
      .replace(/^From /gm, '>From '),
    'latin1',
  )
