import { expect, test } from 'vitest'
import { SenderQuota } from '../../../src/delivery/quota/sender-quota.ts'
import type { DispatchRequest } from '../../../src/dispatch/dispatch-request.ts'
import { started } from '../../../src/dispatch/dispatch-state.ts'
import { DISPATCH_STEPS, DispatchStorage } from '../../../src/dispatch/dispatch-storage.ts'
import { Database } from '../../../src/storage/database.ts'
import { IMPORT_STEPS } from '../../../src/supporters/import/import.ts'
import { ImportStore } from '../../../src/supporters/import/state.ts'
import { type ImportStatus, newImport } from '../../../src/supporters/import/status.ts'
import { SUPPRESSION_STEPS, SuppressionStore } from '../../../src/suppression/suppression-store.ts'
import { failingAtEach, fails, inObject, type Kind } from '../../support/failing-statements.ts'
import { failing } from '../../support/failing-storage.ts'
import { bindings } from '../../support/visitor.ts'

const NOW = Date.UTC(2030, 5, 3, 12)
const DAY_MS = 86_400_000
const ENVELOPES = new Uint8Array([1, 2, 3])
const fingerprint = (n: number) => String(n).padStart(32, '0')

const imports: Kind<ImportStore> = {
  open: (host) => new ImportStore(new Database(host, IMPORT_STEPS)),
  seen: (kept) => ({
    status: kept.status,
    noted: kept.isRecorded(),
    staged: kept.staging.sizes(0),
    head: kept.staging.head(),
    report: kept.staging.report(0, 100),
  }),
}

const OFFER = { id: 'i', by: 'organiser', at: NOW, format: 'csv', locale: 'en', perMinute: 120 } as const
const STATUS: ImportStatus = { ...newImport(OFFER), state: 'importing', parts: [{ bytes: 1, rows: 2, hash: 'h' }] }
const ROW = { part: 1, bucket: 3, seq: 1, people: 2, sealed: ENVELOPES }
const REFUSED = [{ row: 2, reason: 'bad-address' }] as const
const STEP = { counts: { imported: 1, confirming: 0, merged: 0, refused: 1 }, refused: [...REFUSED] }

const staged = (kept: ImportStore) => {
  kept.store(STATUS)
  kept.stage(1, [ROW], REFUSED)
}

test.each<[string, number, (kept: ImportStore) => void]>([
  [
    'rows come in',
    3,
    (kept) =>
      kept.stage(
        1,
        [
          { ...ROW, seq: 2 },
          { ...ROW, seq: 3 },
        ],
        REFUSED,
      ),
  ],
  ['a part is dropped', 3, (kept) => kept.dropPart(1, { ...STATUS, problem: 'broken off' })],
  ['a step is begun', 1, (kept) => void kept.begin(STATUS)],
  [
    'a step is done',
    3,
    (kept) =>
      kept.settle(STEP, 2, () =>
        kept.staging.enqueue({ seq: 1, people: 1, sealed: ENVELOPES, dueAt: 0, firstTryAt: null, prints: null }),
      ),
  ],
  ['buckets are done', 2, (kept) => kept.dropBuckets(4, STATUS)],
  ['it ends', 3, (kept) => kept.end(STATUS, 'cancelled')],
])('when %s and a statement fails, an import is what it was', async (_, statements, act) => {
  expect(await failingAtEach(imports, staged, act)).toBeGreaterThanOrEqual(statements)
})

const ORDER: DispatchRequest = {
  id: 'd',
  campaign: 'ferry',
  revision: '0123456789ab',
  email: 'appeal',
  audience: {},
  sendAt: NOW,
  dryRun: false,
  createdAt: NOW,
  createdBy: 'organiser',
  needsApproval: false,
}

const dispatches: Kind<DispatchStorage> = {
  open: (host) => new DispatchStorage(new Database(host, DISPATCH_STEPS)),
  seen: (kept) => ({
    begun: kept.hasBegun(),
    state: kept.hasBegun() ? kept.state() : null,
    untold: kept.mustNotify(),
    turn: kept.stateVersion(),
    mail: kept.snapshot(),
  }),
}

const template = { email: 'appeal', locale: 'en', hash: 'h', subject: ['a'], html: ['b'], text: ['c'] }
const MAIL = {
  terms: '{}',
  templates: { en: template, kk: { ...template, locale: 'kk' } },
  from: { name: 'Desk', address: 'desk@example.org' },
  headers: {},
  publicUrl: 'https://act.example.org',
  keyId: 'k1',
  startedAt: NOW,
}

test.each<[string, number, (kept: DispatchStorage) => void, ((kept: DispatchStorage) => void)?]>([
  ['it begins', 2, (kept) => kept.begin(ORDER), () => {}],
  ['it starts', 1, (kept) => kept.changeState(started(kept.state(), { dispatch: ORDER.id, at: NOW }, 4).next)],
  ['what it sends is frozen', 3, (kept) => kept.saveSnapshot(MAIL)],
])('when %s and a statement fails, a dispatch is what it was', async (_, statements, act, prepare) => {
  const begun = (kept: DispatchStorage) => kept.begin(ORDER)
  expect(await failingAtEach(dispatches, prepare ?? begun, act)).toBeGreaterThanOrEqual(statements)
})

/** The object's state, with a storage that fails at a chosen write. */
function withFailing(ctx: DurableObjectState) {
  const host = failing(ctx)
  Object.defineProperty(ctx, 'storage', { value: host.storage })
  return host
}

test('a send slot that could not be stored was not granted', () =>
  inObject((ctx) => {
    const host = withFailing(ctx)
    const quota = new SenderQuota(ctx, bindings)
    const ask = {
      limits: { callsPerSecond: 1_000, mailsPerDay: 10_000 },
      people: 100,
      use: 'bulk',
      who: 'lane',
    } as const
    host.failAt(1)
    expect(fails(() => quota.acquire(ask))).toBe(true)
    host.heal()
    expect(ctx.storage.kv.get('account')).toBeUndefined()
    expect(quota.acquire(ask)).toMatchObject({ go: true })
    const once = ctx.storage.kv.get('account')
    ctx.storage.kv.delete('account')
    new SenderQuota(ctx, bindings).acquire(ask)
    expect(once).toEqual(ctx.storage.kv.get('account'))
  }))

test('an unsubscribe is stored completely or not at all', () =>
  inObject((ctx) => {
    const host = withFailing(ctx)
    const open = () => new SuppressionStore(new Database(ctx, SUPPRESSION_STEPS))
    const suppression = open()
    const who = fingerprint(1)
    suppression.admit(who, NOW, { sealed: 'sealed', isSinceOpen: false })
    suppression.people.storePause(who, NOW + DAY_MS)
    const seenBy = ({ people, admissions, changes }: SuppressionStore) => [
      people.find(who),
      people.pausedUntil(who, NOW),
      admissions.askedAt(who),
      changes.between('', 'g', 9),
      changes.among([who]),
    ]
    const seen = () => {
      expect(seenBy(suppression)).toEqual(seenBy(open()))
      return seenBy(suppression)
    }
    const before = seen()
    let failures = 0
    for (; ; failures++) {
      host.failAt(failures + 1)
      const failed = fails(() => void suppression.suppress(who, { reason: 'unsubscribed', since: NOW }))
      host.heal()
      if (!failed) break
      expect(seen()).toEqual(before)
    }
    expect(failures).toBeGreaterThanOrEqual(4)
    expect(seen()).toEqual([
      { reason: 'unsubscribed', since: NOW },
      undefined,
      null,
      [{ fingerprint: who, record: null }],
      [who],
    ])
  }))
