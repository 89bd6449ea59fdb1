import { afterEach, expect, test, vi } from 'vitest'
import { catalogueOf } from '../../src/campaigns/catalogue.ts'
import { storePublished, toPublishedRecord } from '../../src/campaigns/published.ts'
import { HarshKv } from '../support/harsh-kv.ts'
import { MemoryKv, namespaceOf } from '../support/memory-kv.ts'
import { campaignIn, ENGLISH, FOLDER } from './folder.ts'

const bundled = await campaignIn(FOLDER)
const changed = await campaignIn({ ...FOLDER, 'en.md': ENGLISH.replace('Forty', 'Fifty') })
const redeployed = await campaignIn({ ...FOLDER, 'en.md': ENGLISH.replace('Forty', 'Sixty') })

afterEach(() => vi.restoreAllMocks())

test('a published campaign replaces the bundled one that it was published over', async () => {
  const content = namespaceOf(new MemoryKv())
  await storePublished(content, toPublishedRecord(changed, bundled.revision))
  const catalogue = catalogueOf([bundled], content)
  expect(await catalogue.find('harbour-cranes')).toEqual(changed)
  expect(await catalogue.list()).toEqual([changed])
})

test('a later deploy that changes the folder replaces the publication', async () => {
  const content = namespaceOf(new MemoryKv())
  await storePublished(content, toPublishedRecord(changed, bundled.revision))
  expect(await catalogueOf([redeployed], content).find('harbour-cranes')).toEqual(redeployed)
  expect(await catalogueOf([], content).find('harbour-cranes')).toBeNull()
})

test('a campaign without a bundled folder stays current until a deploy adds the folder', async () => {
  const content = namespaceOf(new MemoryKv())
  await storePublished(content, toPublishedRecord(changed, null))
  expect(await catalogueOf([], content).list()).toEqual([changed])
  expect(await catalogueOf([bundled], content).find('harbour-cranes')).toEqual(bundled)
})

test.each(['not JSON', '{}', JSON.stringify(toPublishedRecord({ ...changed, slug: 'another' }, bundled.revision))])(
  'a record that cannot be read is passed over: %.20s',
  async (text) => {
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => {})
    const content = namespaceOf(new MemoryKv())
    await content.put('campaign/harbour-cranes', text)
    expect(await catalogueOf([bundled], content).find('harbour-cranes')).toEqual(bundled)
    expect(complaint).toHaveBeenCalledOnce()
  },
)

test('the newest campaign comes first, even when the list begins with an empty page', async () => {
  const content = namespaceOf(new MemoryKv())
  const opened = ['2026-01-05', '2026-01-01', '2026-01-09', '2026-01-07', '2026-01-03']
  for (const [i, day] of opened.entries())
    await storePublished(content, toPublishedRecord({ ...changed, slug: `case-${i}`, opened: day }, null))
  const listed = await catalogueOf([bundled], new HarshKv(content).namespace).list()
  expect(listed.map((campaign) => campaign.opened)).toEqual(['2026-03-01', ...opened.toSorted().toReversed()])
})
