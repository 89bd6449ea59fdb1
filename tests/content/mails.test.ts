import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { datedSections, isDated, localesOf, wordsIn } from '../../src/campaigns/campaign.ts'
import { readCampaign } from '../../src/campaigns/source/read-campaign.ts'
import { campaignFolders } from '../../src/cli/campaign-folders.ts'
import { EMAILS } from '../../src/emails/message.ts'
import { preview } from '../../src/emails/preview.ts'
import { sender } from '../support/campaign.ts'

const folders = campaignFolders(join(import.meta.dirname, '../../campaigns'))
const read = await Promise.all(folders.map(({ slug, files }) => readCampaign(slug, files)))
const mails = read.flatMap(({ campaign }) =>
  campaign === undefined
    ? []
    : localesOf(campaign).flatMap((locale) =>
        EMAILS.filter((email) => !isDated(email) || datedSections(wordsIn(campaign, locale), email).length > 0).map(
          (email) => ({
            campaign,
            slug: campaign.slug,
            locale,
            email,
          }),
        ),
      ),
)

describe('the mails of the campaigns that ship', () => {
  test('are more than fifty', () => expect(mails.length).toBeGreaterThan(50))

  test.each(mails)(
    '$slug, $locale, $email: no warning, no unfilled placeholder',
    async ({ campaign, locale, email }) => {
      const { subject, html, text, warnings } = await preview(campaign, email, locale, sender)
      expect(warnings).toEqual([])
      expect(`${subject}${html}${text}`).not.toMatch(/\{\{|\}\}|\{%|%\}|undefined|\[object|[\uE000-\uF8FF\uFFFD]/)
    },
  )
})
