import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Schemas } from '../../src/cli/client.ts'
import { lineOf, progressOf, reportOf } from '../../src/cli/dispatches/dispatch-words.ts'
import { EVERYTHING_STOPPED, HELD_AFTER } from '../../src/delivery/pause-reason.ts'
import { excessReason } from '../../src/dispatch/complaints/complaint-limits.ts'
import { NOTICE_KINDS } from '../../src/notices/notice-kinds.ts'
import { sendingCheck } from '../../src/use-cases/health.ts'

/** What no organiser can type or look up: a route of the API, a field of it, a bare code. */
const FOR_PROGRAMS =
  /\/api\/|\b(?:GET|POST|PUT)\b|healthz|holdAfter|notReachedBy|waitingFor|\{slug\}|hold-after\)|\b\w+-changed\b/

const ID = '0f1e2d3c-0000-4000-8000-000000000001'
const none = { planned: 0, waiting: 0, accepted: 0, refused: 0, suppressed: 0, uncertain: 0, cancelled: 0 }
const dispatch = (state: Schemas['Dispatch']['state'], more: object = {}, counts: object = {}) =>
  ({
    ...{ id: ID, campaign: 'ferry', revision: '0123456789ab', email: 'appeal', audience: {}, dryRun: false },
    ...{ state, perLocale: {}, createdAt: '2026-12-01T08:00:00.000Z', counts: { ...none, ...counts }, ...more },
  }) as Schemas['Dispatch']
const shown = (one: Schemas['Dispatch']) => [lineOf(one), progressOf(one), ...reportOf(one)].join('\n')
const sendAt = '2026-12-05T15:00:00.000Z'

const sample = (bounced: number, complained: number) => ({ accepted: 1_000, bounced, complained })
const REASONS = [
  EVERYTHING_STOPPED,
  HELD_AFTER,
  { kind: 'stopped', detail: 'everything that sends was stopped: POST /api/go-on goes on' }, // stored by an earlier version
  {
    kind: 'hold-after',
    detail: 'the number of people in holdAfter was handed over: look at their mails, then resume or cancel',
  },
  excessReason(sample(0, 40), sample(0, 0)),
  excessReason(sample(400, 0), sample(0, 0)),
  { kind: 'campaign-changed', detail: 'revision 0123456789ab changes the status' },
  { kind: 'revision-changed', detail: 'another revision is current: cancel, and request the current revision' },
].filter((reason) => reason !== null)

test.each(REASONS)('a pause is told in words with a command: $kind', (paused) => {
  const words = shown(dispatch('paused', { paused, holdAfter: 20 }, { planned: 9, waiting: 9 }))
  expect(words).not.toMatch(FOR_PROGRAMS)
  expect(words).toMatch(/npm run tocsin -- (?:go-on|resume|cancel)/)
})

test('while everything is stopped, a dispatch names go-on and no resume, which would be refused', () => {
  const words = shown(dispatch('paused', { paused: EVERYTHING_STOPPED }, { planned: 9, waiting: 9 }))
  expect(words).toContain('To go on with everything: npm run tocsin -- go-on')
  expect(words).not.toContain('resume')
  expect(EVERYTHING_STOPPED.detail).toContain('npm run tocsin -- go-on')
})

test.each(Object.entries(NOTICE_KINDS))('the notice %s names commands, not the API', (_, { summary, action }) => {
  expect(`${summary(2, 'ferry')} ${action}`).not.toMatch(FOR_PROGRAMS)
})

test('the health check of a stop names the command that ends it', () => {
  expect(sendingCheck({ at: 0, by: 'anna' }).message).toMatch(/npm run tocsin -- go-on$/)
})

test('no handler of the API answers with a route: the command line shows its words', () => {
  const folder = join(import.meta.dirname, '../../src/api/handlers')
  const texts = readdirSync(folder).flatMap(
    (file) => readFileSync(join(folder, file), 'utf8').match(/(['`])(?:(?!\1).)*\1/g) ?? [],
  )
  expect(texts.length).toBeGreaterThan(100)
  expect(texts.filter((text) => /(?:GET|POST|PUT) \/|\/api\/\S*\{slug\}/.test(text))).toEqual([])
})

test('a dispatch to come shows when it starts, on both clocks, and no people', () => {
  for (const state of ['scheduled', 'awaiting-approval'] as const) {
    const words = shown(dispatch(state, { sendAt }))
    expect(words.match(/starts at .*, which is 2026-12-05 15:00 UTC/g)?.length).toBeGreaterThanOrEqual(2)
    expect(words).not.toMatch(/0 of 0|no people/)
  }
  expect(shown(dispatch('awaiting-approval'))).not.toMatch(/0 of 0|no people/)
})

test.each([
  [{ planned: 252, accepted: 82, cancelled: 170 }, '82 of 252 have it'],
  [{ planned: 9, accepted: 9 }, '9 of 9 have it'],
  [{ planned: 5, cancelled: 5 }, '0 of 5 have it'],
  [{}, 'nobody has it'],
])('a cancelled dispatch shows how many have it: %j', (counts, words) => {
  const one = dispatch('cancelled', {}, counts)
  expect([lineOf(one), progressOf(one)]).toEqual([expect.stringMatching(`${words}$`), `cancelled: ${words}`])
})

test('only after a dispatch that reached somebody is there advice on the others', () => {
  expect(shown(dispatch('cancelled', { sendAt }))).not.toMatch(/not-reached-by|no people/)
  expect(shown(dispatch('cancelled', {}, { planned: 5, cancelled: 5 }))).not.toContain('not-reached-by')
  expect(shown(dispatch('cancelled', {}, { planned: 5, accepted: 2, cancelled: 3 }))).toContain(
    `--not-reached-by ${ID}`,
  )
  expect(shown(dispatch('cancelled', {}, { planned: 5, uncertain: 2, cancelled: 3 }))).toContain('not-reached-by')
  const correction = dispatch('cancelled', { email: 'correction' }, { planned: 5, accepted: 2, cancelled: 3 })
  expect(shown(correction)).not.toContain('not-reached-by')
})
