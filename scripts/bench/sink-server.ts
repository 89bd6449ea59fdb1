/** A fast provider as a process: accepts calls, counts the mails of each person, and keeps a sample of mails. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Shape } from './deployment.ts'
import { numberOf } from './people.ts'
import { readers, type Sample } from './wire.ts'

/** Totals since the last reset. Times are epoch milliseconds. */
export type Tally = {
  calls: number
  bytes: number
  recipients: number
  people: number // distinct people
  doubled: number
  strangers: number
  firstAt: number
  lastAt: number
  samples: Sample[]
}

/** One mail of every seventh call is kept, up to SAMPLES mails. */
const SAMPLE_EVERY = 7
const SAMPLES = 60

const shape = process.argv[2] as Shape
const read = readers[shape]
let seen = new Uint8Array(0)
let tally = emptyTally()
let samples: Array<() => Sample> = []

function emptyTally(): Tally {
  return { calls: 0, bytes: 0, recipients: 0, people: 0, doubled: 0, strangers: 0, firstAt: 0, lastAt: 0, samples: [] }
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const body = bufferOf(Number(request.headers['content-length']))
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.copy(body, length)
  })
  request.on('error', () => response.destroy())
  request.on('end', () => {
    const isSampled = tally.calls % SAMPLE_EVERY === 0 && samples.length < SAMPLES
    const { addresses, sample } = read(body.subarray(0, length), isSampled)
    spare.push(body)
    tally.calls++
    tally.bytes += length
    for (const address of addresses) countMail(address)
    if (sample !== undefined) samples.push(sample)
    const answer = Buffer.from(answerTo(addresses.length))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer)
    tally.lastAt = Date.now()
    tally.firstAt ||= tally.lastAt
  })
})

/** Buffers of answered calls, for reuse. */
const spare: Buffer[] = []

/** A buffer of at least this size. @throws Error for a call without Content-Length, which every call of the benchmark has */
function bufferOf(bytes: number): Buffer {
  if (!Number.isInteger(bytes)) throw new Error('found a call without Content-Length')
  const at = spare.findIndex(({ length }) => length >= bytes)
  const [found = Buffer.alloc(bytes)] = at === -1 ? [] : spare.splice(at, 1)
  return found
}

function countMail(address: string): void {
  const n = numberOf(address)
  tally.recipients++
  if (!(n >= 0 && n < seen.length)) tally.strangers++
  else if (seen[n] === 1) tally.doubled++
  else {
    seen[n] = 1
    tally.people++
  }
}

const answerTo = (people: number): string =>
  shape === 'resend'
    ? `{"data":[${Array.from({ length: people }, (_, i) => `{"id":"${crypto.randomUUID().slice(0, -4)}${1000 + i}"}`).join(',')}]}`
    : `{"id":"<${crypto.randomUUID()}@people.example>","message":"Queued. Thank you."}`

process.on('message', (request: { kind: 'reset'; people: number } | { kind: 'count' } | { kind: 'tally' }) => {
  if (request.kind === 'count') return void process.send?.(tally.recipients) // a tally with samples would be a megabyte
  if (request.kind === 'tally') return void process.send?.({ ...tally, samples: samples.map((read) => read()) })
  seen = new Uint8Array(request.people)
  tally = emptyTally()
  samples = []
  process.send?.('reset')
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
