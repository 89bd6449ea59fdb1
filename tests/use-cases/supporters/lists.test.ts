import { expect, test } from 'vitest'
import type { RaisedNotice } from '../../../src/notices/notice-table.ts'
import type { Transfer } from '../../../src/supporters/import/transfers.ts'
import { type ExportListDeps, exportSupporters } from '../../../src/use-cases/supporters/export-supporters.ts'
import {
  findImport,
  type ImportObject,
  importIdFor,
  receiveList,
  viewImport,
} from '../../../src/use-cases/supporters/import-supporters.ts'
import { listTransfers } from '../../../src/use-cases/supporters/list-transfers.ts'

const actor = { kind: 'token', name: 'desk' } as const
const ID = '0123456789abcdef0123456789abcdef'

const transfer: Transfer = {
  id: ID,
  kind: 'import',
  by: 'desk',
  at: 0,
  format: 'csv',
  state: 'finished',
  counts: { people: 2, refused: 1 },
  finishedAt: 1_000,
  share: null,
}

test('an import id depends on the actor and the Idempotency-Key', async () => {
  const id = await importIdFor(actor, 'k')
  expect(id).toMatch(/^[0-9a-f]{32}$/)
  expect(await importIdFor(actor, 'k')).toBe(id)
  expect(await importIdFor({ ...actor, name: 'other' }, 'k')).not.toBe(id)
  expect(await importIdFor(actor, undefined)).not.toBe(await importIdFor(actor, undefined))
})

test('finds an import by its id, but no exports and no malformed ids', async () => {
  const deps = { transfer: async (id: string) => (id === ID ? transfer : null) }
  expect(await findImport(deps, ID)).toBe(transfer)
  expect(await findImport(deps, 'nonsense')).toBeNull()
  expect(await findImport({ transfer: async () => ({ ...transfer, kind: 'export' }) }, ID)).toBeNull()
})

function importThat(more: Partial<ImportObject>) {
  const object: ImportObject = {
    receive: async () => ({ kind: 'closed' }),
    view: async () => null,
    report: async () => [],
    cancel: async () => false,
    ...more,
  }
  return { now: 5, transfer: async () => transfer, import: () => object }
}

test('passes a list to the import with its options and actor', async () => {
  const offers: unknown[] = []
  const deps = importThat({
    async receive(...received) {
      offers.push(received.slice(0, 3))
      return { kind: 'overtaken' }
    },
  })
  const options = { format: 'csv', locale: 'ru', perMinute: 60 } as const
  await receiveList(deps, { actor, id: ID, part: 2, more: true, options, body: new Blob([]).stream() })
  expect(offers).toEqual([[{ id: ID, by: 'desk', at: 5, ...options }, 2, true]])
})

test('refuses a part whose format differs from the first', async () => {
  const options = { format: 'ndjson', locale: 'ru', perMinute: 60 } as const
  const part = { actor, id: ID, known: transfer, part: 2, more: false, options, body: new Blob([]).stream() }
  expect(await receiveList(importThat({}), part)).toEqual({ kind: 'other-format', expected: 'csv' })
})

test('shows an import with deleted details from its record; a full page of the report has a next page', async () => {
  const rows = Array.from({ length: 1_000 }, (_, n) => ({ row: n + 2, reason: 'left' }))
  const view = await viewImport(importThat({ report: async () => rows }), transfer, 0)
  expect(view).toMatchObject({ id: ID, kind: 'import', people: 2, finishedAt: '1970-01-01T00:00:01.000Z' })
  expect(view.nextAfter).toBe(1_001)
  expect(view.report[0]).toEqual({ row: 2, reason: 'this person has left or asked not to be written to' })
  expect((await viewImport(importThat({}), transfer, 0)).nextAfter).toBeNull()
})

test('lists transfers in pages of 200', async () => {
  const page = Array.from({ length: 200 }, (_, n) => ({ ...transfer, id: `t${n}` }))
  const deps = { transfer: async (id: string) => (id === 't0' ? transfer : null), transfers: async () => page }
  expect((await listTransfers(deps, null, null))?.nextBefore).toBe('t199')
  expect((await listTransfers({ ...deps, transfers: async () => [transfer] }, null, 't0'))?.nextBefore).toBeNull()
  expect(await listTransfers(deps, null, 'unknown')).toBeNull()
})

test.each([0, 3])(
  'records an export before its first row leaves, and again at its end, with %i unreadable records',
  async (damaged) => {
    const states: string[] = []
    const notices: RaisedNotice[] = []
    const deps: ExportListDeps = {
      now: () => 7,
      newId: () => 'e1',
      share: async (cursor) => ({ cursor, next: null, operations: 1 }),
      async note({ state, by }) {
        states.push(`${state} by ${by}`)
      },
      async notice(raised) {
        notices.push(raised)
      },
      read: async () => ({ records: [], damaged, operations: 1, done: true }),
      left: async () => [],
    }
    const { stream } = await exportSupporters(deps, { actor, format: 'csv', cursor: '' })
    expect(states).toEqual(['under-way by desk'])
    expect(await new Response(stream).text()).toContain('email')
    expect(states).toEqual(['under-way by desk', 'finished by desk'])
    expect(notices).toEqual(damaged === 0 ? [] : [{ kind: 'export-incomplete', subject: 'e1', count: damaged }])
  },
)
