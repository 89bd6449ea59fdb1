import { afterEach, expect, test, vi } from 'vitest'
import { catalogueOf } from '../../src/campaigns/catalogue.ts'
import { writePageRecord } from '../../src/campaigns/copies/page-record.ts'
import { toPublishedRecord } from '../../src/campaigns/published.ts'
import { MemoryKv, namespaceOf } from '../support/memory-kv.ts'
import { campaignIn, ENGLISH, FOLDER } from './folder.ts'

const bundled = await campaignIn(FOLDER)
const changed = await campaignIn({ ...FOLDER, 'en.md': ENGLISH.replace('Forty', 'Fifty') })
const redeployed = await campaignIn({ ...FOLDER, 'en.md': ENGLISH.replace('Forty', 'Sixty') })

afterEach(() => vi.restoreAllMocks())

test('a published campaign replaces the bundled one that it was published over', async () => {
  const content = namespaceOf(new MemoryKv())
  await writePageRecord(content, changed.slug, toPublishedRecord(changed, bundled.revision))
  const catalogue = catalogueOf([bundled], content)
  expect(await catalogue.find('harbour-cranes')).toEqual(changed)
})

test('a later deploy that changes the folder replaces the publication', async () => {
  const content = namespaceOf(new MemoryKv())
  await writePageRecord(content, changed.slug, toPublishedRecord(changed, bundled.revision))
  expect(await catalogueOf([redeployed], content).find('harbour-cranes')).toEqual(redeployed)
  expect(await catalogueOf([], content).find('harbour-cranes')).toBeNull()
})

test('a campaign without a bundled folder stays current until a deploy adds the folder', async () => {
  const content = namespaceOf(new MemoryKv())
  await writePageRecord(content, changed.slug, toPublishedRecord(changed, null))
  expect(await catalogueOf([], content).find('harbour-cranes')).toEqual(changed)
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
