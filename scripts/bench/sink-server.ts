/** A provider at its fastest, in a process of its own: takes calls, ticks off recipients, keeps a few mails to be looked at. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Shape } from './deployment.ts'
import { numberOf } from './people.ts'
import { readers, type Sample } from './wire.ts'

/** What has come since the last reset. Times are epoch milliseconds. */
export type Tally = {
  calls: number
  bytes: number
  recipients: number
  people: number // different ones
  doubled: number
  strangers: number
  firstAt: number
  lastAt: number
  samples: Sample[]
}

/** One mail in so many calls is kept; at most so many. */
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
    const wanted = tally.calls % SAMPLE_EVERY === 0 && samples.length < SAMPLES
    const { addresses, sample } = read(body.subarray(0, length), wanted)
    spare.push(body)
    tally.calls++
    tally.bytes += length
    for (const address of addresses) tick(address)
    if (sample !== undefined) samples.push(sample)
    const answer = Buffer.from(answerTo(addresses.length))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer)
    tally.lastAt = Date.now()
    tally.firstAt ||= tally.lastAt
  })
})

/** Memory of calls that were answered. */
const spare: Buffer[] = []

/** @throws Error without a length: every call of the bench tells it. */
function bufferOf(bytes: number): Buffer {
  if (!Number.isInteger(bytes)) throw new Error('a call came without its length')
  const at = spare.findIndex(({ length }) => length >= bytes)
  const [found = Buffer.alloc(bytes)] = at === -1 ? [] : spare.splice(at, 1)
  return found
}

function tick(address: string): void {
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

process.on('message', (asked: { kind: 'reset'; people: number } | { kind: 'count' } | { kind: 'tell' }) => {
  if (asked.kind === 'count') return void process.send?.(tally.recipients) // the mails kept would be a megabyte each time
  if (asked.kind === 'tell') return void process.send?.({ ...tally, samples: samples.map((read) => read()) })
  seen = new Uint8Array(asked.people)
  tally = emptyTally()
  samples = []
  process.send?.('reset')
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
