import { expect, test } from 'vitest'
import type { PublicationResult } from '../../../src/campaigns/campaign-publication.ts'
import { preview } from '../../../src/emails/preview.ts'
import { err, ok } from '../../../src/kit/result.ts'
import { checkCampaign } from '../../../src/renderer/check-campaign.ts'
import { previewEmail } from '../../../src/use-cases/campaigns/preview-email.ts'
import { type PublishDeps, publishCampaign } from '../../../src/use-cases/campaigns/publish-campaign.ts'
import { FOLDER } from '../../campaigns/folder.ts'
import { ferry, sender } from '../../support/campaign.ts'

const actor = { kind: 'token', name: 'desk' } as const
const input = { actor, slug: 'harbour-cranes', files: FOLDER }

function world(
  publication: PublicationResult = { kind: 'published', isNew: true, paused: ['d1'] },
  broken?: string, // the language whose appeal cannot be rendered
) {
  const calls: string[] = []
  const deps: PublishDeps = {
    languages: sender.locales,
    check: (files) =>
      checkCampaign(files, async (campaign, locale) =>
        locale === broken ? err('no subject') : ok(await preview(campaign, 'appeal', locale, sender)),
      ),
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

test('does not publish a campaign with a fault, nor one whose mail cannot be rendered in one language', async () => {
  const { calls, deps } = world()
  expect(await publishCampaign(deps, { ...input, files: {} })).toMatchObject({ kind: 'faulty' })
  const broken = world(undefined, 'en')
  expect(await publishCampaign(broken.deps, input)).toEqual({
    kind: 'mail-fails',
    locale: 'en',
    message: 'no subject',
  })
  expect([...calls, ...broken.calls]).toEqual([])
})

test('previews an e-mail, but no update that does not exist', async () => {
  const render = async ({ email, locale, updateId }: Parameters<typeof previewEmail>[1]) =>
    ok(await preview(ferry, email, locale, sender, updateId))
  const updateOf = (updateId: string) => previewEmail(ferry, { email: 'update', locale: 'en', updateId }, render)
  expect(await previewEmail(ferry, { email: 'appeal', locale: 'en' }, render)).toMatchObject({
    kind: 'made',
    preview: { subject: 'Take back the ferry crew (en)' },
  })
  expect(await updateOf('gate')).toMatchObject({ kind: 'made' })
  expect(await updateOf('fence')).toEqual({ kind: 'no-such-update', email: 'update', known: ['gate'] })
  const correctionOf = (updateId: string) =>
    previewEmail(ferry, { email: 'correction', locale: 'en', updateId }, render)
  expect(await correctionOf('2026-11-15')).toMatchObject({ kind: 'made' })
  expect(await correctionOf('gate')).toEqual({ kind: 'no-such-update', email: 'correction', known: ['2026-11-15'] })
})
