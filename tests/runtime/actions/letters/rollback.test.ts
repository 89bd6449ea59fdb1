import { expect, test } from 'vitest'
import { DraftState, MAX_DRAFTS } from '../../../../src/actions/drafts/draft-state.ts'
import type { Addressee } from '../../../../src/actions/letters/addressees.ts'
import {
  cancelExcept,
  cancelLetters,
  recordBounce,
  recordDeadMailbox,
  stopAddressee,
  stopCopies,
} from '../../../../src/actions/letters/cancel-letters.ts'
import { createDigests } from '../../../../src/actions/letters/digests.ts'
import type { NewLetter } from '../../../../src/actions/letters/letter-rows.ts'
import { LetterState } from '../../../../src/actions/letters/letter-state.ts'
import { rescheduleMissed } from '../../../../src/actions/letters/reschedule-letters.ts'
import { RevisionState } from '../../../../src/actions/revision-state.ts'
import { WriterState } from '../../../../src/actions/writers/writer-state.ts'
import { type BatchHeader, giveUp, startAttempt } from '../../../../src/delivery/batch.ts'
import type { Database } from '../../../../src/storage/database.ts'
import { ferry } from '../../../support/campaign.ts'
import { failingAtEach, fails, inObject, type Kind } from '../../../support/failing-statements.ts'
import { failing, StatementFailed } from '../../../support/failing-storage.ts'
import { openCampaign } from '../../../support/open-databases.ts'

const NOW = Date.UTC(2030, 5, 3, 12)
const DAY_MS = 86_400_000
const SEALED = new Uint8Array([1, 2, 3])
const fingerprint = (n: number) => String(n).padStart(32, '0')
const byId = (heads: Iterable<BatchHeader>) => [...heads].sort((a, b) => a.id - b.id)

type Campaign = { db: Database; state: LetterState; writers: WriterState; revisions: RevisionState; drafts: DraftState }

const addressee = (key: string, kind: Addressee['kind'], ways: Addressee['ways']): Addressee => ({
  key,
  kind,
  id: key,
  addresses: [],
  perHour: 30,
  digestInterval: 'day',
  ways,
  inCc: false,
})
const TARGET = addressee('one', 'target', { alone: true, among: false })
const COPIES = addressee('copies:office', 'copies', { alone: false, among: true })
const ADDRESSEES = new Map([TARGET, COPIES].map((one) => [one.key, one]))

const lettersTo: NewLetter[] = [
  { addressee: TARGET, address: 0, recipient: 'director', alone: SEALED, among: null },
  { addressee: COPIES, address: 0, recipient: 'office', alone: null, among: SEALED },
]

/** Confirms a letter in one transaction, as `Letters` does. */
function confirm({ db, state, writers, revisions, drafts }: Campaign, n: number): void {
  const one = { draft: `d${n}`, writer: fingerprint(n), fingerprint: fingerprint(n + 100) }
  db.transaction(() => {
    drafts.delete(one.draft)
    writers.add({ ...one, confirmedDraft: 'sealed', consent: null, country: 'KZ' }, NOW)
    revisions.store(ferry)
    revisions.get(ferry.revision)
    state.insert({ ...one, revision: ferry.revision, letters: lettersTo }, NOW, () => 0)
  })
}

const campaigns: Kind<Campaign> = {
  open(host) {
    const db = openCampaign(host)
    const state = new LetterState(db)
    return {
      db,
      state,
      writers: new WriterState(db),
      revisions: new RevisionState(db),
      drafts: new DraftState(db, 'letter_draft'),
    }
  },
  seen: ({ state, writers, revisions, drafts }) => ({
    counts: state.ledger.counts(),
    heads: byId(state.ledger.heads()),
    due: byId(state.ledger.due()),
    uncertain: byId(state.ledger.uncertain()),
    next: state.ledger.nextId(),
    recipients: byId(state.ledger.heads()).map(({ id }) => state.ledger.body(id).recipients),
    letters: byId(state.ledger.heads()).map(({ id }) => [state.rows.inBatch(id), state.rows.entriesOf(id)]),
    held: [state.rows.countHeld('target'), state.rows.countHeld('copies')],
    stopped: state.schedule.stopped(),
    slots: [...ADDRESSEES.values()].map((one) => state.schedule.nextTurn(one, NOW, 0)),
    writers: [writers.counts(), writers.listDueReceipts('', 100)],
    revisions: revisions.all().map(({ revision }) => revision),
    drafts: [drafts.find('d9'), drafts.oldestAt(), drafts.count()],
  }),
}

const DAY_LATER = NOW + 3 * DAY_MS

/** Prepares two confirmed letters, the first of them uncertain, and a third draft that waits. */
function withLetters(campaign: Campaign): void {
  campaign.drafts.insert({ id: 'd9', sealed: 'sealed', at: NOW })
  for (const n of [1, 2]) confirm(campaign, n)
  const [first] = byId(campaign.state.ledger.heads())
  if (first !== undefined) campaign.state.ledger.save(giveUp(startAttempt(first, 'hash', 'outbox', NOW), 'cut'))
}

const accepted = (campaign: Campaign) => {
  withLetters(campaign)
  campaign.state.resolve([{ id: 1, generation: 1 }], 'count-as-sent', NOW)
}

test.each<[string, number, (campaign: Campaign) => void, ((campaign: Campaign) => void)?]>([
  ['a letter is confirmed', 8, (campaign) => confirm(campaign, 9)],
  ['a digest is made', 5, ({ state }) => createDigests(state, ADDRESSEES, DAY_LATER, () => 0)],
  ['late mails get a new turn', 3, ({ state }) => rescheduleMissed(state, ADDRESSEES, DAY_LATER, () => 0)],
  ['everything is cancelled', 5, ({ state }) => cancelLetters(state)],
  ['the addresses have changed', 5, ({ state }) => cancelExcept(state, new Map())],
  ['an addressee is stopped', 3, ({ state }) => stopAddressee(state, 'one', 'dead')],
  ['copies are stopped', 5, ({ state }) => stopCopies(state, 'office')],
  ['a mailbox is reported dead', 4, ({ state }) => recordDeadMailbox(state, 2)],
  ['an accepted mail bounces', 4, ({ state }) => recordBounce(state, 'one', 'director', 'came back'), accepted],
  ['a writer is erased', 4, ({ state }) => state.erase(fingerprint(2))],
  ['an uncertain mail is resolved', 1, ({ state }) => state.resolve([{ id: 1, generation: 1 }], 'count-as-sent', NOW)],
  ['personal data is dropped', 2, ({ state }) => state.dropPersonal()],
  ['everything is cleared', 4, ({ state }) => state.clear()],
])('when %s and a statement fails, nothing has changed', async (_, statements, act, prepare = withLetters) => {
  expect(await failingAtEach(campaigns, prepare, act)).toBeGreaterThanOrEqual(statements)
})

test('a draft whose insert was rolled back is not counted', () =>
  inObject((ctx) => {
    const host = failing(ctx)
    const { db, drafts } = campaigns.open(host)
    ctx.storage.sql.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO letter_draft (id, sealed, at) SELECT 'd' || i, 'sealed', i FROM n`,
      MAX_DRAFTS - 2,
    )
    ctx.storage.kv.put('letter-drafts', MAX_DRAFTS - 2)
    const keep = (id: string) => drafts.insert({ id, sealed: 'sealed', at: NOW })
    expect(keep('first')).toBe(true)
    expect(
      fails(() =>
        db.transaction(() => {
          keep('second')
          throw new StatementFailed('the disk is full')
        }),
      ),
    ).toBe(true)
    expect(keep('second')).toBe(true)
    expect(keep('third')).toBe(false)
    drafts.delete('d1')
    drafts.delete('d1')
    expect([keep('third'), keep('fourth')]).toEqual([true, false])
    drafts.deleteBefore(4)
    expect([keep('fourth'), keep('fifth'), keep('sixth')]).toEqual([true, true, false])
  }))
