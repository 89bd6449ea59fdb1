import { expect, test } from 'vitest'
import { campaignBlockedBy, mailBlockedBy, textIn } from '../../src/campaigns/campaign.ts'
import { campaignIn, DEFINITION, FOLDER } from './folder.ts'

const at = (time: string) => Date.parse(time)
const campaignWith = (yaml: string) => campaignIn({ ...FOLDER, 'campaign.yaml': `${DEFINITION}${yaml}` })

test('a campaign may be sent until the last second of its last day', async () => {
  const campaign = await campaignWith('doNotUseAfter: 2026-05-31\n')
  expect(campaignBlockedBy(campaign, at('2026-05-31T23:59:59Z'))).toBeNull()
  expect(campaignBlockedBy(campaign, at('2026-06-01T00:00:00Z'))).toBe('expired')
})

test('nothing that names a person is sent after the last day of the agreement', async () => {
  const named =
    'people:\n  - { id: a, naming: named, as: Ada, role: driver, agreed: { by: herself }, until: 2026-05-31 }\n'
  const withheld = 'people:\n  - { id: a, naming: withheld, role: driver, until: 2026-05-31 }\n'
  const later = at('2026-06-01T00:00:00Z')
  expect(campaignBlockedBy(await campaignWith(named), later)).toBe('naming-expired')
  expect(campaignBlockedBy(await campaignWith(withheld), later)).toBeNull()
})

test('a closed campaign sends updates and no appeals, a draft sends nothing', async () => {
  const campaign = await campaignIn(FOLDER)
  const now = at('2026-04-01T00:00:00Z')
  expect(mailBlockedBy({ ...campaign, status: 'closed' }, 'appeal', now)).toBe('closed')
  expect(mailBlockedBy({ ...campaign, status: 'won' }, 'update', now)).toBeNull()
  expect(mailBlockedBy({ ...campaign, status: 'draft' }, 'update', now)).toBe('draft')
})

test('a text is in the wanted language, else in English, else in any language', () => {
  expect(textIn({ en: 'bread', kk: 'нан' }, 'kk')).toBe('нан')
  expect(textIn({ en: 'bread', kk: 'нан' }, 'fr')).toBe('bread')
  expect(textIn({ kk: 'нан' }, 'fr')).toBe('нан')
})
