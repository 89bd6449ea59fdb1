import { expect, test } from 'vitest'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import {
  type DispatchRequest,
  type DispatchRequestBody,
  dispatchRequestBodySchema,
} from '../../../src/dispatch/dispatch-request.ts'
import { type OpenResult, register } from '../../../src/dispatch/register-dispatch.ts'
import { err, ok } from '../../../src/kit/result.ts'
import type { Actor } from '../../../src/use-cases/actor.ts'
import { type RequestDispatchDeps, requestDispatch } from '../../../src/use-cases/dispatches/request-dispatch.ts'
import { ferry } from '../../support/campaign.ts'

const actor: Actor = { kind: 'token', name: 'desk' }
const ask = (more: object = {}): DispatchRequestBody =>
  dispatchRequestBodySchema.parse({ campaign: ferry.slug, revision: ferry.revision, email: 'appeal', ...more })

/** Dependencies that record their calls, in order. */
function world(more: Partial<RequestDispatchDeps> = {}) {
  const calls: string[] = []
  const opened: DispatchRequest[] = []
  const deps: RequestDispatchDeps = {
    now: Date.UTC(2026, 10, 22, 12),
    requireApproval: false,
    newId: () => 'd1',
    sealNotify: async (id, addresses) => `${addresses.length} sealed for ${id}`,
    registry: {
      async replay({ key }) {
        calls.push(`replay ${key}`)
        return null
      },
      async open(request, keyed) {
        calls.push(`open ${keyed?.key ?? 'without a key'}`)
        opened.push(request)
        return { kind: 'opened', id: request.id }
      },
      decide: async (request) => register(request, []),
    },
    campaign: async (slug) => (slug === ferry.slug ? ferry : null),
    sendTest: async () => ok('en'),
    ...more,
  }
  return { calls, opened, deps }
}

test('opens a dispatch for the actor, with a key that contains the actor’s name', async () => {
  const { calls, opened, deps } = world()
  const outcome = await requestDispatch(deps, { actor, request: ask(), key: 'k', bodyHash: 'h' })
  expect(outcome).toEqual({ kind: 'opened', id: 'd1' })
  expect(calls).toEqual(['replay desk/k', 'open desk/k'])
  expect(opened[0]).toMatchObject({ createdBy: 'desk', createdAt: deps.now, needsApproval: false })
})

test('returns the first result for a repeated key, even if the campaign has changed', async () => {
  const replayed: OpenResult = { kind: 'replayed', id: 'd0' }
  const { deps } = world({ campaign: async () => null })
  deps.registry.replay = async () => replayed
  expect(await requestDispatch(deps, { actor, request: ask(), key: 'k', bodyHash: 'h' })).toEqual(replayed)
})

test('a dispatch waits for approval if approval is required; a dry run does not', async () => {
  const { opened, deps } = world({ requireApproval: true })
  await requestDispatch(deps, { actor, request: ask(), bodyHash: 'h' })
  await requestDispatch(deps, { actor, request: ask({ dryRun: true }), bodyHash: 'h' })
  expect(opened.map(({ needsApproval }) => needsApproval)).toEqual([true, false])
})

test('a dry run says what the same request would be answered without it, and opens only itself', async () => {
  const { opened, deps } = world({ requireApproval: true })
  const dry = (more: object = {}) =>
    requestDispatch(deps, { actor, request: ask({ dryRun: true, ...more }), key: 'k', bodyHash: 'h' })
  expect(await dry()).toMatchObject({ kind: 'opened', real: { kind: 'opens', state: 'awaiting-approval' } })
  deps.registry.decide = async () => ({ kind: 'overlap', id: 'd0', followUpAfter: null, mayName: 'd0' })
  expect(await dry()).toMatchObject({ kind: 'opened', real: { kind: 'overlap', mayName: 'd0' } })
  deps.campaign = async () => ({ ...ferry, status: 'closed' })
  expect(await dry()).toMatchObject({ kind: 'opened', real: { kind: 'fault', fault: { reason: 'closed' } } })
  deps.registry.replay = async () => ({ kind: 'replayed', id: 'd0' })
  expect(await dry()).toMatchObject({ kind: 'replayed', real: { kind: 'fault' } })
  expect(opened.every(({ dryRun }) => dryRun)).toBe(true)
})

test('a dry run of a later start counts at once', async () => {
  const { opened, deps } = world()
  await requestDispatch(deps, { actor, request: ask({ dryRun: true, sendAt: '2026-11-25T12:00:00Z' }), bodyHash: 'h' })
  expect(opened[0]?.sendAt).toBe(deps.now)
})

test('opens no dispatch for an unknown campaign or an invalid request', async () => {
  const { calls, deps } = world()
  const none = { actor, request: ask({ campaign: 'none' }), bodyHash: 'h' }
  expect(await requestDispatch(deps, none)).toEqual({ kind: 'no-such-campaign' })
  const other = { actor, request: ask({ revision: 'ba9876543210' }), bodyHash: 'h' }
  expect(await requestDispatch(deps, other)).toEqual({
    kind: 'fault',
    fault: { kind: 'other-revision', current: ferry.revision },
  })
  expect(calls).toEqual([])
})

test('sends a test mail of the checked campaign to one address without opening a dispatch', async () => {
  const tested: Campaign[] = []
  const { calls, deps } = world({
    async sendTest(campaign) {
      tested.push(campaign)
      return ok('en')
    },
  })
  const request = ask({ testTo: 'me@example.org' })
  expect(await requestDispatch(deps, { actor, request, bodyHash: 'h' })).toEqual({ kind: 'test-queued', locale: 'en' })
  expect(tested).toEqual([ferry])
  deps.sendTest = async () => err('expected one e-mail address')
  expect(await requestDispatch(deps, { actor, request, bodyHash: 'h' })).toMatchObject({ kind: 'test-refused' })
  expect(calls).toEqual([])
})
