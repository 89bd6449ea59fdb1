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

test('publishes a valid campaign and then informs its actions object', async () => {
  const { calls, deps } = world()
  const outcome = await publishCampaign(deps, { ...input, expectedRevision: '*' })
  expect(outcome).toMatchObject({ kind: 'published', slug: 'harbour-cranes', isNew: true, paused: ['d1'] })
  expect(calls).toEqual(['publish harbour-cranes over *', 'changed harbour-cranes'])
})

test('changes nothing if another revision is current', async () => {
  const { calls, deps } = world({ kind: 'other-revision', current: 'ba9876543210' })
  expect(await publishCampaign(deps, input)).toEqual({ kind: 'other-revision', current: 'ba9876543210' })
  expect(calls).toEqual(['publish harbour-cranes over undefined'])
})

test('does not publish a campaign with a fault', async () => {
  const { calls, deps } = world()
  expect(await publishCampaign(deps, { ...input, files: {} })).toMatchObject({ kind: 'faulty' })
  expect(calls).toEqual([])
})

test('previews an e-mail, but no update that does not exist', async () => {
  const updateOf = (updateId: string) => previewEmail(ferry, { email: 'update', locale: 'en', updateId }, sender)
  expect(await previewEmail(ferry, { email: 'appeal', locale: 'en' }, sender)).toMatchObject({
    kind: 'made',
    preview: { subject: 'Take back the ferry crew (en)' },
  })
  expect(await updateOf('gate')).toMatchObject({ kind: 'made' })
  expect(await updateOf('fence')).toEqual({ kind: 'no-such-update' })
})
