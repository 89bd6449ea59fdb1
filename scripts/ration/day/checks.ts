/** What must be true at the end of the day. Each check is a sentence with its faults. */

import { HOUR_MS } from '../../../src/kit/durations.ts'
import { sharesOf } from '../report/exhaustion.ts'
import { totalOf } from '../report/tables.ts'
import { SLUGS, TARGETS, targetAddress } from './campaigns.ts'
import type { Lived } from './run.ts'
import { CLOSES_HOUR, mustLeave, OPENS_HOUR } from './turns.ts'

export type Check = { sentence: string; faults: readonly string[] }

/** Largest share of a ration that the day may use. */
const MOST = 0.7

export const checksOf = (lived: Lived): Check[] => [
  { sentence: `All ${lived.answered} requests are answered as expected.`, faults: lived.wrong },
  { sentence: 'All acts reach their end.', faults: lived.faults },
  ...rations(lived),
  ...joining(lived),
  leaving(lived),
  ...sending(lived),
  letters(lived).check,
]

function rations({ counted, size }: Lived): Check[] {
  const above = sharesOf(totalOf(counted)).filter(({ share }) => share > MOST)
  const faults = above.map(({ ration, used, limit }) => `${ration}: ${Math.round(used)} of ${limit}`)
  return [{ sentence: `No ration is used above ${MOST * 100} % (${size.supporters} supporters).`, faults }]
}

const differ = (what: string, found: number, expected: number): string[] =>
  found === expected ? [] : [`${what}: found ${found}, expected ${expected}`]

function joining({ happened, size, mailbox }: Lived): Check[] {
  const withoutWelcome = [...happened.joined].filter((email) => mailbox.to(email).length < 2)
  return [
    {
      sentence: `${size.signUps} people sign up, confirm and are welcomed.`,
      faults: [
        ...differ('confirmed', happened.joined.size, size.signUps),
        ...withoutWelcome.map((email) => `${email} got no welcome`),
      ],
    },
    {
      sentence: `A moderator decides ${size.submissions}.`,
      faults: differ('decided', happened.decided, size.submissions),
    },
  ]
}

function leaving({ happened, size, mailbox }: Lived): Check {
  const later = [...happened.left].flatMap(([email, at]) => {
    const after = mailbox.to(email).filter((mail) => mail.at > at)
    return after.some(({ bulk }) => bulk) || after.length > 1
      ? [`${email} got ${after.length} mails after leaving`]
      : []
  })
  return {
    sentence: `${size.leavers} people leave, each with an answer of 200, and get at most a goodbye.`,
    faults: [...differ('left', happened.left.size, size.leavers), ...later],
  }
}

function sending({ sends, mailbox }: Lived): Check[] {
  const appeals = new Map<string, number>()
  for (const { to } of mailbox.mails.filter(({ bulk }) => bulk)) appeals.set(to, (appeals.get(to) ?? 0) + 1)
  const doubled = [...appeals].filter(([, times]) => times > sends.length).map(([to, times]) => `${times} to ${to}`)
  const faults = sends.flatMap(({ id, state, counts }) =>
    state === 'finished' && counts.accepted + counts.suppressed === counts.planned
      ? []
      : [`${id}: ${state} ${JSON.stringify(counts)}`],
  )
  return [
    {
      sentence: `${sends.length} appeals reach everybody who is on the list, once each.`,
      faults: [...differ('appeals', sends.length, 2), ...faults, ...doubled],
    },
  ]
}

/** The letters that had to leave, and why the others wait. */
export function letters({ happened, mailbox, size, start, reports }: Lived): { check: Check; waiting: string[] } {
  const faults: string[] = []
  const waiting: string[] = []
  let left = 0
  for (const slug of SLUGS) {
    const wrote = [...happened.wrote].filter(([, letter]) => letter.slug === slug).sort(([, a], [, b]) => a.at - b.at)
    let waits = 0
    for (const { id, way } of TARGETS) {
      const mails = mailbox.to(targetAddress(slug, id))
      if (way === 'digest') {
        const inTime = wrote.filter(([, { at }]) => at < start + OPENS_HOUR * HOUR_MS).length
        faults.push(...differ(`digests to ${slug}`, mails.length, inTime > 0 ? 1 : 0))
        left += inTime
        waits += wrote.length - inTime
        waiting.push(`${wrote.length - inTime} for the digest to ${slug}, until tomorrow at nine`)
        continue
      }
      const due = mustLeave(
        wrote.map(([, { at }]) => at),
        size.perHour,
        start,
      )
      const arrived = wrote.map(([email]) => mails.filter(({ replyTo }) => replyTo === email).length)
      wrote.forEach(([email], n) => {
        if (due[n] && arrived[n] !== 1) faults.push(`${arrived[n]} letters of ${email} to ${id} of ${slug}`)
      })
      const after = arrived.filter((times) => times === 0).length
      left += wrote.length - after
      waits += after
      if (after > 0) waiting.push(`${after} to ${id} of ${slug}, until the office opens tomorrow at nine`)
      const early = mails.find(
        ({ at }) => at > start && (at < start + OPENS_HOUR * HOUR_MS || at > start + CLOSES_HOUR * HOUR_MS),
      )
      if (early !== undefined) faults.push(`a letter to ${id} at ${new Date(early.at).toISOString()}`)
    }
    faults.push(...differ(`waiting letters of ${slug}`, reports.get(slug)?.numbers.waiting ?? 0, waits))
  }
  return { check: { sentence: `All ${left} letters whose turn falls into the day leave, once each.`, faults }, waiting }
}
