import fc from 'fast-check'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { rangedBody, rangeIn } from '../../src/web/ranged-body.ts'

const FILE = Uint8Array.from({ length: 100 }, (_, n) => n)
const app = new Hono()
app.get('/file', (c) => rangedBody(c, FILE, { 'content-type': 'application/pdf' }))

const ask = (headers: Record<string, string>, method = 'GET') => app.request('/file', { method, headers })
const tagOf = async () => (await ask({})).headers.get('etag') ?? ''

test.each([
  ['bytes=0-9', 0, 9],
  ['bytes=40-', 40, 99],
  ['bytes=-30', 70, 99],
  ['bytes=90-5000', 90, 99],
  ['bytes=-5000', 0, 99],
  ['BYTES= 99-99 ', 99, 99],
])('%s gets these bytes and no others', async (range, first, last) => {
  const answer = await ask({ range })
  expect(answer.status).toBe(206)
  expect(answer.headers.get('content-range')).toBe(`bytes ${first}-${last}/100`)
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(FILE.slice(first, last + 1))
})

test.each(['bytes=100-', 'bytes=500-600', 'bytes=-0'])('%s is beyond the file: 416 with its length', async (range) => {
  const answer = await ask({ range })
  expect(answer.status).toBe(416)
  expect(answer.headers.get('content-range')).toBe('bytes */100')
})

test.each(['bytes=9-3', 'bytes=-', 'bytes=0-1,5-6', 'lines=0-5', 'bytes=a-b', 'bytes=1.5-2', ''])(
  '“%s” is ignored: the whole file',
  async (range) => {
    const answer = await ask({ range })
    expect(answer.status).toBe(200)
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(FILE)
    expect(answer.headers.get('accept-ranges')).toBe('bytes')
  },
)

test('a part continues only the version whose tag is given', async () => {
  const range = 'bytes=50-'
  expect((await ask({ range, 'if-range': await tagOf() })).status).toBe(206)
  for (const other of ['"0000000000000000"', `W/${await tagOf()}`, 'Tue, 01 Dec 2026 00:00:00 GMT'])
    expect((await ask({ range, 'if-range': other })).status).toBe(200)
})

test('HEAD has no part', async () => {
  expect((await ask({ range: 'bytes=0-9' }, 'HEAD')).status).toBe(200)
})

test('parts that follow each other give the file, wherever the line broke', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      (length, steps) => {
        const got: number[] = []
        for (let n = 0; got.length < length; n++) {
          const step = steps[n % steps.length] ?? 1
          const range = rangeIn(`bytes=${got.length}-${got.length + step - 1}`, length)
          if (range === null || range === 'unsatisfiable') throw new Error('a part is missing')
          for (let at = range.first; at <= range.last; at++) got.push(at)
        }
        expect(got).toEqual(Array.from({ length }, (_, at) => at))
        expect(rangeIn(`bytes=${length}-`, length)).toBe('unsatisfiable')
      },
    ),
  )
})
