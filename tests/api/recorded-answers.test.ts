import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Operation } from '../../src/api/contract/operation.ts'
import { OPERATIONS, type OperationId, operationEntries } from '../../src/api/contract/operations.ts'
import { problemSchema } from '../../src/api/contract/problem-schema.ts'
import { parseJson } from '../../src/kit/parse-json.ts'

/** An answer of the API in a file of tests/recorded. */
type Recorded = { title: string; method: string; path: string; status: number; json: unknown }

const folder = join(import.meta.dirname, '../recorded')
const ENTRY =
  /^(.*)\n(GET|POST|PUT|DELETE|PATCH) (\/api\/[^\n?]*)[^\n]*\n[\s\S]*?^--- answered\n(\d{3}) [^\n]*\n[\s\S]*?\n\n([\s\S]*)$/m

const recorded: Recorded[] = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split(/^=== /m)
      .flatMap((entry) => {
        const [, title = '', method = '', path = '', status, body = ''] = ENTRY.exec(entry) ?? []
        if (status === undefined) return []
        const json = parseJson(body)
        return [{ title: `${name}: ${title}`, method: method.toLowerCase(), path, status: Number(status), json }]
      }),
  )

function operationOf({ method, path }: Recorded): [OperationId, Operation] | undefined {
  const matches = operationEntries().filter(([, operation]) => {
    const pattern = new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    return operation.method === method && pattern.test(path)
  })
  return matches.find(([, { path: known }]) => known === path) ?? matches[0]
}

const answers = recorded.flatMap((one) => {
  const found = operationOf(one)
  return found === undefined ? [] : [{ ...one, id: found[0], operation: found[1] }]
})

test('the recording has many answers of the API', () => {
  expect(answers.length).toBeGreaterThan(200)
})

describe.each(Object.keys(OPERATIONS))('%s', (id) => {
  const own = answers.filter((answer) => answer.id === id)

  test('each recorded answer has a documented status and matches its schema', () => {
    for (const { title, status, operation, json } of own) {
      if (status >= 400) {
        const known = [401, 403, 500, 503, ...Object.keys(operation.errors).map(Number)]
        expect(known, `${title}: status ${status}`).toContain(status)
        expect(problemSchema.safeParse(json).error, title).toBeUndefined()
        continue
      }
      const answer = operation.answers[status]
      expect(answer, `${title}: status ${status}`).toBeDefined()
      if (json === undefined) expect(answer?.media, `${title}: no JSON`).toBeDefined()
      else expect(answer?.schema?.parse(json), title).toEqual(json)
    }
  })

  test('at least one successful answer is recorded', () => {
    expect(own.some(({ status }) => status < 300)).toBe(true)
  })
})
