import fc from 'fast-check'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { ApiContext } from '../../src/api/context.ts'
import { operationEntries } from '../../src/api/contract/operations.ts'
import { readJson, readQuery } from '../../src/api/read-request.ts'

const bodies = operationEntries().flatMap(([id, { body }]) => (body === undefined ? [] : [{ id, body }]))
const queries = operationEntries().flatMap(([id, { query }]) => (query === undefined ? [] : [{ id, query }]))

/** How zod begins a sentence of its own. */
const ZODS_OWN = /^(?:Invalid|Too (?:small|big)|Unrecognized|Required|Expected)\b|, received /

type Fault = { path: string; message: string }

async function faultsOf(answer: Response): Promise<Fault[]> {
  const { errors = [] }: { errors?: Fault[] } = await answer.json()
  return errors
}

/** The faults that the API answers to a body. */
async function bodyFaults(schema: z.ZodType, body: unknown): Promise<Fault[]> {
  const app = new Hono().post('/', async (c: ApiContext) => (await readJson(c, schema)).refused ?? c.json({}))
  return faultsOf(await app.request('/', { method: 'POST', body: JSON.stringify(body) ?? 'null' }))
}

async function queryFaults(schema: z.ZodType, query: Record<string, string>): Promise<Fault[]> {
  const app = new Hono().get('/', (c: ApiContext) => readQuery(c, schema).refused ?? c.json({}))
  return faultsOf(await app.request(`/?${new URLSearchParams(query)}`))
}

const bad = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    0,
    -1,
    0.5,
    1e15,
    true,
    [],
    [null],
    [''],
    {},
    { a: 1 },
    '2026-13-45',
    '03/04',
  ),
  fc.constantFrom<unknown>(
    'x'.repeat(9_000),
    Array.from({ length: 30 }, () => 'x'),
    'anna@example.org',
    'nothing',
    ['EN'],
  ),
)

/** A value for a schema that is wrong in some of its fields. */
function wrongFor(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return wrongFor(schema.unwrap())
  if (schema instanceof z.ZodArray) return fc.oneof(bad, fc.array(wrongFor(schema.element), { maxLength: 2 }))
  if (!(schema instanceof z.ZodObject)) return bad
  const fields = Object.entries<z.core.$ZodType>(schema.shape).map(([key, field]) => [key, wrongFor(field)] as const)
  const misspelt = fc.constantFrom(...fields.map(([key]) => key)).map((key) => ({ [`${key}s`]: 1 }))
  return fc.oneof(
    { weight: 1, arbitrary: bad },
    {
      weight: 9,
      arbitrary: fc
        .tuple(fc.record(Object.fromEntries(fields), { requiredKeys: [] }), fc.option(misspelt, { nil: {} }))
        .map(([right, wrong]) => ({ ...right, ...wrong })),
    },
  )
}

describe('what the API says of a wrong request', () => {
  test.each(bodies)('$id: each field is named in a plain sentence, whatever the body holds', async ({ body }) => {
    let refused = 0
    await fc.assert(
      fc.asyncProperty(wrongFor(body), async (wrong) => {
        const faults = await bodyFaults(body, wrong)
        refused += faults.length
        for (const { message } of faults) {
          expect(message).not.toMatch(ZODS_OWN)
          expect(message).not.toContain('anna@example.org')
        }
      }),
      { numRuns: 60 },
    )
    expect(refused).toBeGreaterThan(0)
  })

  test.each(queries)('$id: each parameter is named in a plain sentence', async ({ query }) => {
    const values = fc.constantFrom('', 'x', '-1', '0.5', '9'.repeat(20), 'x'.repeat(3_000))
    const wrong = fc.record(Object.fromEntries(Object.keys(query.shape).map((key) => [key, values])), {
      requiredKeys: [],
    })
    await fc.assert(
      fc.asyncProperty(wrong, async (parameters) => {
        for (const { message } of await queryFaults(query, JSON.parse(JSON.stringify(parameters))))
          expect(message).not.toMatch(ZODS_OWN)
      }),
      { numRuns: 40 },
    )
  })

  const shape = z.strictObject({
    campaign: z.string().min(1).max(5),
    languages: z.array(z.enum(['en', 'ru'])).min(1),
    rate: z.int().positive().max(10),
    day: z.iso.date(),
    at: z.iso.datetime(),
    by: z.union([z.string(), z.null()]),
  })
  const right = {
    campaign: 'quay',
    languages: ['en'],
    rate: 1,
    day: '2026-12-01',
    at: '2026-12-01T09:00:00Z',
    by: null,
  }
  test.each<[object, string]>([
    [{ campaign: undefined }, 'found nothing; expected text'],
    [{ campaign: '' }, 'found an empty text; expected at least 1 character'],
    [{ campaign: 'anna@example.org' }, 'found a text of 16 characters; expected at most 5 characters'],
    [{ languages: [] }, 'found an empty list; expected at least 1 item'],
    [{ languages: ['eng'] }, 'found “eng”; expected one of en, ru; did you mean en?'],
    [{ rate: 0 }, 'found 0; expected more than 0'],
    [{ rate: 11 }, 'found 11; expected at most 10'],
    [{ rate: 0.5 }, 'found 0.5; expected a whole number'],
    [{ day: '03/04' }, 'found “03/04”; expected a day, such as 2027-01-31'],
    [{ at: 'tomorrow' }, 'found “tomorrow”; expected a time with its zone, such as 2027-01-31T09:00:00Z'],
    [{ by: 7 }, 'found 7; expected text or null'],
    [
      { campain: 'x' },
      'found the unknown field campain; expected only campaign, languages, rate, day, at, by; did you mean campaign?',
    ],
  ])('%j: %s', async (change, message) => {
    expect((await bodyFaults(shape, { ...right, ...change })).map((fault) => fault.message)).toEqual([message])
  })
})
