import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { DraftState } from '../../../src/actions/drafts/draft-state.ts'
import { type Addressee, kindOf } from '../../../src/actions/letters/addressees.ts'
import { cancelLetters, recordBounce } from '../../../src/actions/letters/cancel-letters.ts'
import { createDigests } from '../../../src/actions/letters/digests.ts'
import type { NewLetter } from '../../../src/actions/letters/letter-rows.ts'
import { LetterState } from '../../../src/actions/letters/letter-state.ts'
import { ACTIONS_STEPS } from '../../../src/actions/migrations.ts'
import { SUBMISSION_KINDS } from '../../../src/actions/submissions/submission.ts'
import { SubmissionState } from '../../../src/actions/submissions/submission-state.ts'
import { WriterState } from '../../../src/actions/writers/writer-state.ts'
import { giveUp, startAttempt } from '../../../src/delivery/batch.ts'
import { noCounts } from '../../../src/delivery/counts.ts'
import { RecipientStatuses } from '../../../src/delivery/recipient-statuses.ts'
import { Database } from '../../../src/storage/database.ts'
import { inObject } from '../../support/failing-statements.ts'

vi.setConfig({ testTimeout: 60_000 })

const DAY_MS = 86_400_000
const NOW = Date.UTC(2030, 5, 3, 12)
const SEALED = new Uint8Array([1])
const fingerprint = (n: number) => String(n).padStart(32, '0')

const addressee = (key: string, ways: Addressee['ways']): Addressee => ({
  key,
  kind: kindOf(key),
  id: key,
  addresses: [],
  perHour: 30,
  digestInterval: 'day',
  ways,
  inCc: false,
})
const ADDRESSEES = [
  addressee('one', { alone: true, among: false }),
  addressee('two', { alone: false, among: true }),
  addressee('copies:office', { alone: false, among: true }),
]
const lettersTo = (withheld: boolean): NewLetter[] =>
  ADDRESSEES.map((one) => ({
    addressee: one,
    address: 0,
    recipient: one.key,
    alone: one.ways.alone && !withheld ? SEALED : null,
    among: one.ways.among && !withheld ? SEALED : null,
  }))

function open(db: Database) {
  const drafts = (['letter_draft', 'submission_draft'] as const).map((table) => new DraftState(db, table))
  return {
    db,
    drafts,
    letters: new LetterState(db),
    writers: new WriterState(db),
    submissions: new SubmissionState(db),
  }
}
type World = ReturnType<typeof open>

/** The address of every third person is not that of their mailbox, as with a tag. */
const addressOf = (n: number) => fingerprint(n % 3 === 0 ? n + 100 : n)

function addWriter({ letters, writers }: World, n: number, draft: string): void {
  const one = { draft, writer: fingerprint(n), fingerprint: addressOf(n) }
  const country = ['NO', 'KZ', ''][n % 3] ?? ''
  if (!writers.add({ ...one, confirmedDraft: 's', consent: n % 2 ? 's' : null, country }, NOW + n * DAY_MS)) return
  letters.insert({ ...one, revision: 'r', letters: lettersTo(n % 5 === 0) }, NOW, () => 0)
}

const who = fc.integer({ min: 1, max: 12 })
/** The acts that change a count. Each gets a number, which chooses a person, a mail or a day. */
const ACTS: Record<string, (world: World, n: number, sql: SqlStorage) => void> = {
  draft: ({ drafts }, n) => {
    const table = drafts[n % 2]
    if (table?.find(`d${n}`) === undefined) table?.insert({ id: `d${n}`, sealed: 's', at: NOW + n * DAY_MS })
  },
  'draft deleted': ({ drafts }, n) => drafts[n % 2]?.delete(`d${n}`),
  'drafts expire': ({ drafts }, n) => drafts[n % 2]?.deleteBefore(NOW + n * DAY_MS),
  confirm: (world, n) => world.db.transaction(() => addWriter(world, n, `w${n}`)),
  accept: ({ letters }, n) => {
    const head = letters.ledger.head(n)
    if (head?.state !== 'waiting' && head?.state !== 'attempted') return
    letters.ledger.save({ ...head, state: 'settled', statuses: RecipientStatuses.all('accepted', head.statuses.size) })
  },
  'give up': ({ letters }, n) => {
    const head = letters.ledger.head(n)
    if (head?.state === 'waiting') letters.ledger.save(giveUp(startAttempt(head, 'h', 'outbox', NOW), 'cut'))
  },
  digests: ({ letters }) =>
    createDigests(letters, new Map(ADDRESSEES.map((one) => [one.key, one])), NOW + 4 * DAY_MS, () => 0),
  bounce: ({ letters }, n) => n === 7 && recordBounce(letters, 'one', 'one', 'dead'),
  cancel: ({ letters }, n) => n === 3 && cancelLetters(letters),
  resolve: ({ letters }, n) => {
    const mails = [...letters.ledger.uncertain()].slice(0, 1).map(({ id, generation }) => ({ id, generation }))
    letters.resolve(mails, n % 2 ? 'send-again' : 'count-as-sent', NOW)
  },
  erase: ({ letters, writers, submissions }, n, sql) => {
    for (const person of [fingerprint(n), addressOf(n)]) {
      writers.erase(person)
      letters.erase(person)
      submissions.erase(person)
      expect(sql.exec('SELECT id FROM submission WHERE fingerprint = ?', person).toArray()).toEqual([])
    }
  },
  'receipt sent': ({ writers }, n) => writers.markReceiptSent(fingerprint(n)),
  submit: ({ submissions }, n) => {
    const kind = (['support', 'endorsement', 'reply'] as const)[n % 3] ?? 'reply'
    const whose = { author: fingerprint(n), fingerprint: kind === 'reply' ? '' : fingerprint(n) }
    const text = { sealed: 's', contentHash: `${n}`, country: '' }
    submissions.insert({ ...whose, ...text, id: `s${n}`, kind, shown: n % 2 === 0, at: NOW + n })
  },
  decide: ({ submissions }, n) => submissions.decide(`s${n}`, n % 4 === 0 ? 'refused' : 'accepted', 'by'),
  'hold a letter': ({ db, submissions }, n) =>
    db.transaction(() => {
      const whose = { author: fingerprint(n), fingerprint: addressOf(n) }
      const text = { sealed: 's', contentHash: `l${n}`, country: '' }
      submissions.forgetReturned(whose.author)
      submissions.insert({ ...whose, ...text, id: `l${n}`, kind: 'letter', shown: false, at: NOW + n })
    }),
  'release a letter': (world, n) =>
    world.db.transaction(() => {
      if (world.submissions.decide(`l${n}`, 'accepted', 'by')) addWriter(world, n, `l${n}`)
    }),
  'refuse a letter': ({ submissions }, n) => submissions.decide(`l${n}`, 'refused', 'by', 'abuse'),
  'give up letters': ({ submissions }, n) => submissions.giveUpLetters(n % 2 ? 'undecided' : 'over', NOW + n),
  'return letters': ({ submissions }, n) => {
    for (const { id } of submissions.listRefusedLetters(n)) submissions.dropText(id)
  },
  'texts dropped': ({ submissions, letters }, n) => {
    if (n !== 5) return
    submissions.dropPersonal()
    letters.dropPersonal()
  },
}
/** Acts of a held letter's whole way, also in the order in which its writer may send another. */
const HELD_LETTER_ACTS = Object.keys(ACTS).filter((name) => name.includes('letter') || name === 'erase')
/** A writer may send another letter once the first was returned. */
const SENT_AGAIN: Array<[name: string, n: number]> = [
  ['hold a letter', 1],
  ['refuse a letter', 1],
  ['return letters', 1],
  ['hold a letter', 1],
]
const acts: fc.Arbitrary<typeof SENT_AGAIN> = fc.oneof(
  fc.array(fc.tuple(fc.constantFrom(...Object.keys(ACTS)), who), { maxLength: 60, size: 'max' }),
  fc.array(fc.tuple(fc.constantFrom(...HELD_LETTER_ACTS), fc.integer({ min: 1, max: 4 })), {
    maxLength: 30,
    size: 'max',
  }),
)

/** All counts as the classes give them. */
const kept = ({ drafts, letters, writers, submissions }: World) => ({
  drafts: drafts.map((one) => one.count()),
  writers: writers.counts(),
  letters: letters.ledger.counts().perGroup,
  held: letters.rows.held().map(({ addressee, revision, since }) => ({ addressee, revision, since })),
  heldCounts: (['target', 'copies'] as const).map((kind) => letters.rows.countHeld(kind)),
  due: writers.listDueReceipts('', 100).map((one) => one.writer),
  submissions: submissions.tally.byKind(),
  waiting: SUBMISSION_KINDS.map((kind) => submissions.countPending([kind])),
  open: [[...letters.ledger.due()].map(({ id }) => id).sort((a, b) => a - b), letters.ledger.nextId()],
})

/** The same counts, each computed anew from all rows. */
function recomputed(sql: SqlStorage): ReturnType<typeof kept> {
  const all = <T>(query: string) => [...sql.exec(query)] as T[]
  const count = (query: string) => Number(sql.exec(`SELECT COUNT(*) AS n ${query}`).one().n)
  const tally = (name: string) =>
    Object.fromEntries(
      all<{ k: string; n: number }>(`SELECT ${name} AS k, COUNT(*) AS n FROM writer GROUP BY 1`).map(({ k, n }) => [
        k,
        n,
      ]),
    )
  const letters: ReturnType<typeof kept>['letters'] = {}
  const batches = all<{ id: number; g: string; state: string; statuses: string }>(
    'SELECT id, group_key AS g, state, statuses FROM batch',
  )
  const names = { w: 'waiting', a: 'accepted', r: 'refused', s: 'suppressed', u: 'uncertain', c: 'cancelled' } as const
  for (const { g, statuses } of batches) {
    const counts = letters[g] ?? noCounts()
    letters[g] = counts
    for (const letter of statuses) {
      counts[names[letter as keyof typeof names]]++
      counts.planned++
    }
  }
  const open = batches.filter(({ state }) => state !== 'settled')
  const openIds = JSON.stringify(open.map(({ id }) => id))
  const due = `SELECT writer FROM writer WHERE confirmed_draft IS NOT NULL AND writer NOT IN
    (SELECT writer FROM letter WHERE kind = 'target' AND (batch = 0 OR batch IN (SELECT value FROM json_each('${openIds}')))) ORDER BY writer`
  const submissions: Record<string, Record<string, number>> = {}
  for (const { kind, status, n } of all<{ kind: string; status: string; n: number }>(
    'SELECT kind, status, COUNT(*) AS n FROM submission GROUP BY 1, 2',
  ))
    submissions[kind] = { ...submissions[kind], [status]: n }
  return {
    drafts: [count('FROM letter_draft'), count('FROM submission_draft')],
    writers: {
      confirmed: count('FROM writer'),
      byCountry: tally('country'),
      byDay: tally("date(at / 1000, 'unixepoch')"),
    },
    letters,
    held: all(
      'SELECT addressee, revision, MIN(date) AS since FROM letter WHERE batch = 0 GROUP BY addressee, address, revision',
    ),
    heldCounts: ['target', 'copies'].map((kind) => count(`FROM letter WHERE batch = 0 AND kind = '${kind}'`)),
    due: all<{ writer: string }>(due).map(({ writer }) => writer),
    submissions,
    waiting: SUBMISSION_KINDS.map(
      (kind) =>
        all<{ count: number; newest: number }>(
          `SELECT COUNT(*) AS count, COALESCE(MAX(at), 0) AS newest FROM submission WHERE kind = '${kind}' AND status = 'pending' AND sealed IS NOT NULL`,
        )[0] ?? { count: 0, newest: 0 },
    ),
    open: [
      open.filter(({ state }) => state !== 'uncertain').map(({ id }) => id),
      Math.max(0, ...batches.map(({ id }) => id)) + 1,
    ],
  }
}

/** Without the receipts that are due early because nobody decided about an uncertain letter in time. */
const comparable = (counts: ReturnType<typeof kept>, dropped: boolean) => (dropped ? { ...counts, due: [] } : counts)

test('running counts equal counts of all rows after any acts, in memory and after a restart', async () => {
  await fc.assert(
    fc.asyncProperty(acts, (done) =>
      inObject((ctx) => {
        const { sql } = ctx.storage
        const world = open(new Database(ctx, ACTIONS_STEPS))
        for (const [name, n] of done) ACTS[name]?.(world, n, sql)
        const dropped = done.some(([name, n]) => name === 'texts dropped' && n === 5)
        const expected = comparable(recomputed(sql), dropped)
        expect(comparable(kept(world), dropped)).toEqual(expected)
        expect(comparable(kept(open(new Database(ctx, ACTIONS_STEPS))), dropped)).toEqual(expected)
      }),
    ),
    { numRuns: 200, examples: [[SENT_AGAIN]] },
  )
})

test('what an earlier version stored is counted by the step that adds the running counts', async () => {
  await fc.assert(
    fc.asyncProperty(acts, (done) =>
      inObject((ctx) => {
        const { sql, kv } = ctx.storage
        const world = open(new Database(ctx, ACTIONS_STEPS))
        for (const [name, n] of done) if (name !== 'texts dropped') ACTS[name]?.(world, n, sql)
        const before = kept(world)
        // the tables as the steps before made them
        for (const index of [
          'writer_ended',
          'writer_consent',
          'writer_address',
          'letter_held',
          'letter_address',
          'batch_open',
        ])
          sql.exec(`DROP INDEX ${index}`)
        for (const index of ['submission_desk', 'submission_shown', 'submission_address'])
          sql.exec(`DROP INDEX ${index}`)
        sql.exec(
          'CREATE INDEX submission_status ON submission (status, at); DROP TABLE held_group; DROP TABLE target_wish; DROP TABLE passed_on',
        )
        sql.exec('ALTER TABLE writer DROP COLUMN ended')
        for (const key of ['writer-counts', 'letter-counts', 'submission-counts', 'letter-drafts', 'submission-drafts'])
          kv.delete(key)
        kv.put('schema-version', 3) // before the step that counts
        expect(kept(open(new Database(ctx, ACTIONS_STEPS)))).toEqual(before)
      }),
    ),
    { numRuns: 30 },
  )
})
