import { expect, test } from 'vitest'
import type { ModerationItem } from '../../../src/actions/moderation/moderation.ts'
import { addReply } from '../../../src/use-cases/actions/add-reply.ts'
import { findSubmission, listPending, moderate } from '../../../src/use-cases/actions/moderate.ts'
import { tellWriters } from '../../../src/use-cases/actions/tell-writers.ts'
import { ferry } from '../../support/campaign.ts'

const actor = { kind: 'token', name: 'desk' } as const
const ID = '123e4567-e89b-42d3-a456-426614174000'

const itemAt = (campaign: string, receivedAt: string): ModerationItem => ({
  id: `${campaign}.${ID}`,
  campaign,
  kind: 'support',
  receivedAt,
  flags: [],
  acceptable: true,
  submission: null,
})

test('lists the oldest 200 pending submissions of all campaigns, oldest first', async () => {
  const deps = {
    campaigns: async () => [{ slug: 'dock' }, { slug: 'ferry' }],
    pending: async (slug: string, most: number) =>
      Array.from({ length: most }, (_, n) => itemAt(slug, `2026-11-${slug === 'dock' ? 10 + (n % 5) : '01'}`)),
  }
  const listed = await listPending(deps)
  expect(listed).toHaveLength(200)
  expect(new Set(listed.map(({ campaign }) => campaign))).toEqual(new Set(['ferry']))
})

test('finds a submission by an id that contains its campaign, if the campaign exists', async () => {
  const deps = { hasCampaign: async (slug: string) => slug === 'ferry' }
  expect(await findSubmission(deps, `ferry.${ID}`)).toEqual({ campaign: 'ferry', id: ID })
  expect(await findSubmission(deps, `dock.${ID}`)).toBeNull()
  expect(await findSubmission(deps, 'nonsense')).toBeNull()
})

test('passes the decision on with its actor', async () => {
  const calls: unknown[] = []
  const deps = {
    async decide(...decision: unknown[]) {
      calls.push(decision)
      return { kind: 'decided', status: 'refused' } as const
    },
  }
  const submission = { campaign: 'ferry', id: ID }
  await moderate(deps, { actor, submission, decision: 'refuse', reason: 'abuse' })
  expect(calls).toEqual([['ferry', ID, 'refuse', 'token desk', 'abuse']])
})

test('adds a reply with an id that contains its campaign; returns null without such a target', async () => {
  const reply = { target: 'director', date: '2026-11-20', locale: 'en', text: 'No.' }
  const added = await addReply(
    { addReply: async () => ({ id: ID, status: 'pending' }) },
    { actor, slug: 'ferry', reply },
  )
  expect(added).toEqual({ id: `ferry.${ID}`, standing: 'pending' })
  expect(await addReply({ addReply: async () => null }, { actor, slug: 'ferry', reply })).toBeNull()
})

test('sends writers an update, or without an update id the end of the campaign', async () => {
  const abouts: unknown[] = []
  const deps = {
    requireApproval: false,
    campaign: async (slug: string) => (slug === ferry.slug ? ferry : null),
    async tellWriters(_: unknown, about: { kind: string }) {
      abouts.push(about)
      return {
        kind: 'telling',
        about: about.kind,
        told: 0,
        done: false,
        postponed: 0,
        unreadable: 0,
        givenUp: 0,
      } as const
    },
  }
  await tellWriters(deps, { actor, slug: 'ferry', updateId: 'gate', onTheList: 'tell' })
  await tellWriters(deps, { actor, slug: 'ferry', onTheList: 'skip' })
  expect(abouts).toEqual([{ kind: 'update', updateId: 'gate', onTheList: 'tell' }, { kind: 'end' }])
  expect(await tellWriters(deps, { actor, slug: 'none', onTheList: 'skip' })).toEqual({ kind: 'no-such-campaign' })
})
