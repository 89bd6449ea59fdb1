import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import { localesOf } from '../../../src/campaigns/campaign.ts'
import { appealText } from '../../../src/campaigns/text/appeal-text.ts'
import { MAX_TEXT_PART_BYTES, textParts } from '../../../src/campaigns/text/text-parts.ts'
import { lengthenedCampaign } from '../../support/long-campaign.ts'

const bytesOf = (text: string) => Buffer.byteLength(text)
const now = Date.parse('2026-11-22T12:00:00Z')

test('the parts of every campaign’s text, also of one twelve times as long, are small and end with a paragraph', () => {
  for (const campaign of bundled)
    for (const locale of localesOf(campaign)) {
      const long = lengthenedCampaign(campaign, localesOf(campaign), 12, 2)
      const text = appealText({ campaign: long, locale, publicUrl: 'https://act.example.org', now })
      const parts = textParts(text)
      expect(parts.join('')).toBe(text)
      expect(parts.length).toBeGreaterThan(1)
      for (const part of parts) expect(bytesOf(part)).toBeLessThanOrEqual(MAX_TEXT_PART_BYTES)
      for (const part of parts.slice(0, -1)) expect(part).toMatch(/\n\n$/)
    }
})

test('any text is the sum of its parts, none is too large, and no character is cut', () => {
  const unit = fc.constantFrom('a', 'Ж', 'ع', '語', '😀', '\n', '\n\n', ' ')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 200 }), fc.integer({ min: 4, max: 60 }), (text, most) => {
      const parts = textParts(text, most)
      expect(parts.join('')).toBe(text)
      for (const part of parts) {
        expect(bytesOf(part)).toBeLessThanOrEqual(most)
        expect(part.isWellFormed()).toBe(true)
      }
    }),
  )
})
