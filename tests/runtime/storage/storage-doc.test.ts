import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import document from '../../../docs/storage.md?raw'
import {
  campaignActionsOf,
  confirmationQueueOf,
  dispatchOf,
  dispatchRegistryOf,
  importOf,
  laneOf,
  mailboxQueueOf,
  noticesOf,
  outboxOf,
  placesOf,
  publicationOf,
  rendererOf,
  senderQuotaOf,
  suppressionOf,
  transfersOf,
} from '../../../src/objects.ts'
import { bindings } from '../../support/visitor.ts'

/** The section of a class, under a heading of its own. */
const sectionOf = (name: string) => document.split(/^### /m).find((section) => section.startsWith(`\`${name}\``)) ?? ''

/** Names in the first column of a section's tables, filtered by the heading of that column. */
function documented(name: string, column: 'table' | 'key'): string[] {
  const [, rows = ''] = sectionOf(name).split(`\n| ${column} |`)
  const [table = ''] = rows.split('\n\n')
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, found = '']) => found)
}

test.each([
  ['CampaignPublication', publicationOf(bindings)],
  ['DispatchRegistry', dispatchRegistryOf(bindings)],
  ['Dispatch', dispatchOf(bindings, 'documented')],
  ['Lane', laneOf(bindings, 'documented', 0)],
  ['Suppression', suppressionOf(bindings)],
  ['Renderer', rendererOf(bindings, 'mail', 'en')],
  ['MailboxQueue', mailboxQueueOf(bindings, 'documented')],
  ['ConfirmationQueue', confirmationQueueOf(bindings)],
  ['SenderQuota', senderQuotaOf(bindings, 'documented')],
  ['EventInbox', bindings.EVENT_INBOX.getByName('d')],
  ['CampaignActions', campaignActionsOf(bindings, 'documented')],
  ['Notices', noticesOf(bindings)],
  ['Places', placesOf(bindings)],
  ['Outbox', outboxOf(bindings)],
  ['Import', transfersOf(bindings)],
])('docs/storage.md names the tables of %s and no other', async (name, stub) => {
  if (name === 'MailboxQueue') {
    const mail = { email: 'goodbye', locale: 'en', to: { address: 'anna@example.org' }, values: {} } as const
    await mailboxQueueOf(bindings, 'documented').enqueue({ key: 'documented', ...mail })
  }
  if (name === 'Outbox') await outboxOf(bindings).list({})
  if (name === 'Import')
    await transfersOf(bindings).recordTransfer({
      id: 'documented',
      kind: 'export',
      by: 'organiser',
      at: 1,
      format: 'csv',
      state: 'finished',
      counts: {},
      finishedAt: 1,
      share: '',
    })
  if (name === 'CampaignActions')
    await campaignActionsOf(bindings, 'documented').recordSelfReport('documented', 'paper')
  const tables = await runInDurableObject(stub as DurableObjectStub, (_, { storage }) =>
    storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
      )
      .toArray(),
  )
  expect(documented(name, 'table').sort()).toEqual(tables.map((table) => table.name).sort())
})

test('every class has a section', () => {
  const sections = [...document.matchAll(/^### `(\w+)`/gm)].map(([, name]) => name)
  expect(sections).toHaveLength(15)
})

test('a query about an unknown import writes nothing', async () => {
  const stub = importOf(bindings, 'never')
  expect(await stub.view()).toBeNull()
  expect(await stub.report(0, 10)).toEqual([])
  expect(await stub.transfers(null, null)).toEqual([])
  expect(await stub.transfer('never')).toBeNull()
  expect(await stub.cancel()).toBe(false)
  const left = await runInDurableObject(stub, (_, { storage }) => [
    storage.sql.exec('SELECT name FROM sqlite_master').toArray(),
    [...storage.kv.list()],
  ])
  expect(left).toEqual([[], []])
})
