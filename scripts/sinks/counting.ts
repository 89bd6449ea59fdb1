/** A process that accepts mail in the wire formats of Resend and Mailgun and only counts the mails of each generated person. */

import { randomUUID } from 'node:crypto'
import { answering, listen } from './faults.ts'

export type CountingTruth = { calls: number; bytes: number; mails: number; people: number; doubled: number }

const NEVER = -1

/** Numbers of the people in body[from, to), whose addresses are `person123@example.org`. */
function* personsIn(body: Buffer, from: number, to: number): IterableIterator<number> {
  for (let at = body.indexOf('person', from); at !== NEVER && at < to; at = body.indexOf('person', at + 6)) {
    const n = Number.parseInt(body.toString('latin1', at + 6, at + 16), 10)
    if (!Number.isNaN(n)) yield n
  }
}

/** People in a call to Resend, a JSON array of mails with one `to` each. */
function* resendPeople(body: Buffer): IterableIterator<number> {
  const begins = '"to":["'
  for (let at = body.indexOf(begins); at !== NEVER; at = body.indexOf(begins, at + begins.length))
    yield* personsIn(body, at, body.indexOf(']', at))
}

/** People in a call to Mailgun, a form whose `to` fields hold one or several addresses. */
function* mailgunPeople(body: Buffer): IterableIterator<number> {
  const begins = 'name="to"'
  for (let at = body.indexOf(begins); at !== NEVER; at = body.indexOf(begins, at + begins.length))
    yield* personsIn(body, at, body.indexOf('\r\n--', at))
}

const mails = new Uint8Array(Number(process.argv[2]))
const seen = new Set<string>() // idempotency keys
let calls = 0
let bytes = 0

const server = await listen(({ method, url = '', headers }, body, response) => {
  const answer = answering(response)
  if (method === 'GET') {
    const people = mails.filter((got) => got > 0).length
    const doubled = mails.filter((got) => got > 1).length
    return answer(200, { calls, bytes, mails: mails.reduce((sum, got) => sum + got, 0), people, doubled })
  }
  const people = [...(url === '/emails/batch' ? resendPeople(body) : mailgunPeople(body))]
  const key = String(headers['idempotency-key'] ?? '')
  calls++
  bytes += body.length
  if (key === '' || !seen.has(key)) for (const n of people) mails[n] = (mails[n] ?? 0) + 1
  if (key !== '') seen.add(key)
  if (url === '/emails/batch') answer(200, { data: people.map(() => ({ id: randomUUID() })) })
  else answer(200, { id: `<${randomUUID()}@mg.example.org>`, message: 'Queued. Thank you.' })
})
console.log(server.url)
