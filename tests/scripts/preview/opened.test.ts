import { expect, test } from 'vitest'
import { opened } from '../../../scripts/preview/opened.ts'
import { readCampaign } from '../../../src/campaigns/source/read-campaign.ts'
import { newCampaign } from '../../../src/cli/campaign-files/new-campaign.ts'

test.each([
  ['status: draft\n', 'status: open\n', true],
  [
    'slug: a\nstatus: draft # until Friday\nopened: 2026-01-01\n',
    'slug: a\nstatus: open # until Friday\nopened: 2026-01-01\n',
    true,
  ],
  ['status: "draft"\n', 'status: open\n', true],
  ["status:   'draft'   \r\n", 'status:   open   \r\n', true],
  ['status: open\n# status: draft\n', 'status: open\n# status: draft\n', false],
  ['status: won\nplaces: [draft]\n', 'status: won\nplaces: [draft]\n', false],
])('a draft is opened and nothing else is changed: %j', async (before, after, wasDraft) => {
  expect(await opened({ 'campaign.yaml': before, 'en.md': 'status: draft\n' })).toEqual({
    files: { 'campaign.yaml': after, 'en.md': 'status: draft\n' },
    wasDraft,
  })
})

test('a draft as it was begun can be previewed: its placeholders are shown, and its translations are not stale', async () => {
  const locales = ['en', 'fr', 'kk']
  const answers = { title: 'Gate', summary: 'Come.', country: 'NO', topics: [], locales, opened: '2026-11-30' }
  const { files } = await opened(await newCampaign('gate', { ...answers, topics: ['transport'] }))
  const { campaign, faults } = await readCampaign('gate', files)
  expect(faults).toEqual([])
  expect(campaign?.status).toBe('open')
  expect(Object.values(campaign?.words ?? {}).map(({ stale }) => stale)).toEqual([false, false, false])
  expect(JSON.stringify(campaign?.words.en?.appeal)).toContain('[[Write here what happened')
})
