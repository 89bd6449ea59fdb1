import { expect, test } from 'vitest'
import type { PublicationResult } from '../../../src/campaigns/campaign-publication.ts'
import { previewEmail } from '../../../src/use-cases/campaigns/preview-email.ts'
import { type PublishDeps, publishCampaign } from '../../../src/use-cases/campaigns/publish-campaign.ts'
import { FOLDER } from '../../campaigns/folder.ts'
import { ferry, sender } from '../../support/campaign.ts'

const actor = { kind: 'token', name: 'desk' } as const
const input = { actor, slug: 'harbour-cranes', files: FOLDER }

function world(publication: PublicationResult = { kind: 'published', isNew: true, paused: ['d1'] }) {
  const calls: string[] = []
  const deps: PublishDeps = {
    languages: sender.locales,
    sender: { ...sender, locales: [...sender.locales] },
    async publish({ slug }, expected) {
      calls.push(`publish ${slug} over ${expected}`)
      return publication
    },
    async campaignChanged(slug) {
      calls.push(`changed ${slug}`)
    },
  }
  return { calls, deps }
}

test('a campaign without a fault is published, and then its actions look at it again', async () => {
  const { calls, deps } = world()
  const outcome = await publishCampaign(deps, { ...input, expectedRevision: '*' })
  expect(outcome).toMatchObject({ kind: 'published', slug: 'harbour-cranes', isNew: true, paused: ['d1'] })
  expect(calls).toEqual(['publish harbour-cranes over *', 'changed harbour-cranes'])
})

test('where another revision is current nothing changes', async () => {
  const { calls, deps } = world({ kind: 'other-revision', current: 'ba9876543210' })
  expect(await publishCampaign(deps, input)).toEqual({ kind: 'other-revision', current: 'ba9876543210' })
  expect(calls).toEqual(['publish harbour-cranes over undefined'])
})

test('a campaign with a fault is not published', async () => {
  const { calls, deps } = world()
  expect(await publishCampaign(deps, { ...input, files: {} })).toMatchObject({ kind: 'faulty' })
  expect(calls).toEqual([])
})

test('an e-mail is previewed; an update that is not written is not', async () => {
  const updateOf = (updateId: string) => previewEmail(ferry, { email: 'update', locale: 'en', updateId }, sender)
  expect(await previewEmail(ferry, { email: 'appeal', locale: 'en' }, sender)).toMatchObject({
    kind: 'made',
    preview: { subject: 'Take back the ferry crew (en)' },
  })
  expect(await updateOf('gate')).toMatchObject({ kind: 'made' })
  expect(await updateOf('fence')).toEqual({ kind: 'no-such-update' })
})
