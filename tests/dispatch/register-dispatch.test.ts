import { expect, test } from 'vitest'
import { approvalRefusal, needsApproval } from '../../src/dispatch/approval.ts'
import { DISPATCH_PHASES, type DispatchPhase, dispatchRequestBodySchema } from '../../src/dispatch/dispatch-request.ts'
import { answerAgain, register } from '../../src/dispatch/register-dispatch.ts'
import { toDispatchRequest } from '../../src/dispatch/request-faults.ts'
import { ferry } from '../support/campaign.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const request = (id: string, more: object = {}, approval = false) =>
  toDispatchRequest(
    dispatchRequestBodySchema.parse({ campaign: ferry.slug, revision: ferry.revision, email: 'appeal', ...more }),
    id,
    'anna',
    approval,
    NOW,
  )
const earlier = (more: object = {}, state: DispatchPhase = 'running') => ({
  id: 'first',
  request: request('first', more),
  state,
  lanes: 1,
  followUpAfter: null,
})

test('the first dispatch of an appeal is scheduled, and its request is an event', () => {
  expect(register(request('one'), [])).toEqual({
    kind: 'opened',
    id: 'one',
    next: 'scheduled',
    events: [
      {
        type: 'dispatch-requested',
        dispatch: 'one',
        at: NOW,
        source: 'ferry/appeal/',
        revision: ferry.revision,
        by: 'anna',
        needsApproval: false,
      },
    ],
  })
})

test('a dispatch awaits approval if approval is required, unless it is a dry run', () => {
  expect(register(request('one', {}, true), [])).toMatchObject({ next: 'awaiting-approval' })
  expect(register(request('one', { dryRun: true }, true), [])).toMatchObject({ next: 'scheduled' })
  expect([needsApproval(true, false), needsApproval(true, true), needsApproval(false, false)]).toEqual([
    true,
    false,
    false,
  ])
})

test('an earlier dispatch that may reach the same people blocks the next; other dispatches and dry runs do not', () => {
  const overlap = { kind: 'overlap', id: 'first', followUpAfter: null }
  expect(register(request('two'), [earlier()])).toEqual({ ...overlap, mayName: null })
  expect(register(request('two'), [earlier({}, 'finished')])).toEqual({ ...overlap, mayName: 'first' })
  const toFrench = { audience: { locales: ['fr'] } }
  expect(register(request('two', toFrench), [earlier({ audience: { locales: ['en'] } })]).kind).toBe('opened')
  expect(register(request('two'), [earlier({ dryRun: true })]).kind).toBe('opened')
  expect(register(request('two', { dryRun: true }), [earlier()]).kind).toBe('opened')
})

test('a dispatch to whom an earlier one has not reached may overlap with all others, once that one is over', () => {
  const rest = (more: object = {}) => request('two', { audience: { notReachedBy: 'first' }, ...more })
  for (const state of DISPATCH_PHASES) {
    const found = register(rest(), [earlier({}, 'finished')], { notReachedBy: earlier({}, state) })
    if (state === 'finished' || state === 'cancelled') expect(found.kind).toBe('opened')
    else expect(found).toEqual({ kind: 'earlier-under-way', id: 'first', state })
  }
  const fault = { kind: 'no-such-earlier', field: 'notReachedBy', id: 'first' }
  expect(register(rest(), [])).toEqual({ ...fault, why: 'unknown' })
  expect(register(rest({ dryRun: true }), [], { notReachedBy: earlier({ dryRun: true }, 'finished') })).toEqual({
    ...fault,
    why: 'dry-run',
  })
  const update = earlier({ email: 'update', updateId: '2026-03-02' }, 'finished')
  expect(register(rest(), [], { notReachedBy: update })).toEqual({ ...fault, why: 'other-appeal' })
})

test('a dispatch to those whom another e-mail has reached names one of the same campaign that is over', () => {
  const correction = (more: object = {}) =>
    request('two', { email: 'correction', updateId: '2026-11-20', audience: { reachedBy: 'first' }, ...more })
  const update = { email: 'update', updateId: '2026-11-14' }
  for (const state of DISPATCH_PHASES)
    for (const reachedBy of [earlier({}, state), earlier(update, state)]) {
      const found = register(correction(), [], { reachedBy })
      if (state === 'finished' || state === 'cancelled') expect(found.kind).toBe('opened')
      else expect(found).toEqual({ kind: 'earlier-under-way', id: 'first', state })
    }
  const fault = { kind: 'no-such-earlier', field: 'reachedBy', id: 'first' }
  const whyNot = (reachedBy: ReturnType<typeof earlier> | undefined) => register(correction(), [], { reachedBy })
  expect(whyNot(undefined)).toEqual({ ...fault, why: 'unknown' })
  expect(whyNot(earlier({ campaign: 'cranes' }, 'finished'))).toEqual({ ...fault, why: 'other-campaign' })
  expect(whyNot(earlier({ email: 'correction', updateId: '2026-11-20' }, 'finished'))).toEqual({
    ...fault,
    why: 'same-appeal',
  })
  expect(whyNot(earlier({ dryRun: true }, 'finished'))).toEqual({ ...fault, why: 'dry-run' })
  expect(whyNot({ ...earlier({}, 'cancelled'), lanes: 0 })).toEqual({ ...fault, why: 'no-records' })
})

test('one correction goes to the people of two dispatches, and to those of one only once', () => {
  const correction = (id: string, reachedBy?: string, updateId = '2026-11-20') =>
    request(id, { email: 'correction', updateId, audience: reachedBy === undefined ? {} : { reachedBy } })
  const reachedBy = earlier({}, 'finished')
  const sent = { ...earlier(), request: correction('first', 'english') }
  const against = (next: ReturnType<typeof correction>) => register(next, [sent], { reachedBy }).kind
  expect(against(correction('two', 'french'))).toBe('opened')
  expect(against(correction('two', 'english'))).toBe('overlap')
  expect(register(correction('two'), [sent]).kind).toBe('overlap') // to everybody
  const both = request('two', {
    email: 'correction',
    updateId: '2026-11-20',
    audience: { reachedBy: 'english', notReachedBy: 'first' },
  })
  expect(register(both, [sent], { reachedBy, notReachedBy: { ...sent, state: 'cancelled' } }).kind).toBe('opened')
})

test('a repeated Idempotency-Key returns the first dispatch for the same body, and is refused for another', () => {
  const first = { bodyHash: 'a', dispatch: 'one' }
  expect(answerAgain(first, { key: 'k', bodyHash: 'a' })).toEqual({ kind: 'replayed', id: 'one' })
  expect(answerAgain(first, { key: 'k', bodyHash: 'b' })).toEqual({ kind: 'key-reused', id: 'one' })
})

test('another organiser than the one who requested may approve, while approval is awaited', () => {
  expect(approvalRefusal('awaiting-approval', { createdBy: 'anna' }, 'boris')).toBeNull()
  expect(approvalRefusal('awaiting-approval', { createdBy: 'anna' }, 'anna')).toMatch('cannot approve')
  expect(approvalRefusal('running', { createdBy: 'anna' }, 'boris')).toMatch('running')
})
