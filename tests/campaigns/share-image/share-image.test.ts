import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import { localesOf } from '../../../src/campaigns/campaign.ts'
import { campaignStatus } from '../../../src/campaigns/page-status.ts'
import { joinArabic } from '../../../src/campaigns/share-image/arabic.ts'
import { layOut, PICTURE_HEIGHT, PICTURE_WIDTH } from '../../../src/campaigns/share-image/layout.ts'
import { glyphLine } from '../../../src/campaigns/share-image/line.ts'
import { pictureOf } from '../../../src/campaigns/share-image/share-image.ts'
import { toVisualOrder } from '../../../src/campaigns/share-image/visual-order.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const sender = { senderName: 'Bread Workers’ Liaison' }

describe('Arabic letters in a picture', () => {
  const letter = fc.constantFrom(...'ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي ،.5a')

  it('are joined without loss: Unicode’s decomposition gives the original text', () => {
    fc.assert(
      fc.property(fc.array(letter), (letters) => {
        const text = letters.join('')
        expect(joinArabic(text).normalize('NFKC')).toBe(text.normalize('NFKC'))
      }),
    )
  })

  it('have the form that their neighbours require', () => {
    const names = (text: string) => [...joinArabic(text)].map((form) => form.codePointAt(0)?.toString(16))
    expect(names('ب')).toEqual(['fe8f']) // isolated
    expect(names('ببب')).toEqual(['fe91', 'fe92', 'fe90']) // initial, medial, final
    expect(names('دب')).toEqual(['fea9', 'fe8f']) // dal joins nothing after it
    expect(names('بدب')).toEqual(['fe91', 'feaa', 'fe8f'])
    expect(names('لا بلا')).toEqual(['fefb', '20', 'fe91', 'fefc']) // lam and alef are one
    expect(names('ماء')).toEqual(['fee3', 'fe8e', 'fe80'])
    expect(names('خبّاز')).toEqual(['fea7', 'fe92', 'fe8e', 'feaf']) // the sign for doubling is left out
  })
})

describe('the order of a line', () => {
  it('is right to left, with left-to-right words and numbers whole', () => {
    expect(toVisualOrder('ابج', 'rtl')).toBe('جبا')
    expect(toVisualOrder('اب 12.5 جد', 'rtl')).toBe('دج 12.5 با')
    expect(toVisualOrder('اب x 15', 'rtl')).toBe('x 15 با')
    expect(toVisualOrder('one اب two', 'ltr')).toBe('one با two')
    expect(toVisualOrder('x اب, جد y', 'ltr')).toBe('x دج ,با y')
    expect(toVisualOrder('one (two) 3', 'ltr')).toBe('one (two) 3')
  })

  it('keeps brackets and quotation marks around their content', () => {
    expect(toVisualOrder('اب (x y) ج', 'rtl')).toBe('ج (x y) با')
    expect(toVisualOrder('اب (ج)', 'rtl')).toBe('(ج) با')
    expect(toVisualOrder('اب (x [ج] y) د', 'rtl')).toBe('د (y [ج] x) با')
    expect(toVisualOrder('«اب» ج', 'rtl')).toBe('ج «با»')
    expect(toVisualOrder('one (اب 3) [x]', 'ltr')).toBe('one (3 با) [x]')
  })

  it('sets numbers after Arabic words as Unicode does: a percent sign to their left, a range from the right', () => {
    expect(toVisualOrder('اب 50% ج', 'rtl')).toBe('ج %50 با')
    expect(toVisualOrder('اب 2024-2026 ج', 'rtl')).toBe('ج 2026-2024 با')
    expect(toVisualOrder('اب 12\u00a0000 ج', 'rtl')).toBe('ج 12\u00a0000 با') // a space that does not break
    expect(toVisualOrder('x 12 اب 34', 'ltr')).toBe('x 12 34 با')
  })

  it('follows direction marks without drawing them', () => {
    expect(toVisualOrder('one C++', 'rtl')).toBe('++one C')
    expect(toVisualOrder('one C++\u200e', 'rtl')).toBe('one C++')
    expect(toVisualOrder('x \u2067اب 1\u2069, 2 y', 'ltr')).toBe('x 1 با, 2 y')
    const advances = (text: string) => glyphLine(text, false)?.glyphs
    expect(advances('Yes\u200e, we\u2068 do\u2069')).toEqual(advances('Yes, we do'))
  })
})

describe('the picture of a campaign', () => {
  it('fits for every bundled campaign in every language', () => {
    for (const campaign of bundled) {
      for (const locale of localesOf(campaign)) {
        expect(
          pictureOf(sender, campaign, locale, campaignStatus(campaign, now)),
          `${campaign.slug} ${locale}`,
        ).not.toBeNull()
      }
    }
    const text = { status: 'Open', live: true, where: ['Ireland'], sender: 'Union', fromRight: false }
    const laid = layOut({ ...text, title: 'A headline as long as they may be, '.repeat(4).slice(0, 120) })
    for (const { left, baseline, line, size } of laid?.pieces ?? []) {
      expect(left).toBeGreaterThanOrEqual(0)
      expect(left + line.ems * size).toBeLessThanOrEqual(PICTURE_WIDTH)
      expect(baseline).toBeLessThan(PICTURE_HEIGHT)
    }
    expect(laid?.pieces.length).toBeGreaterThan(4)
  })

  it('is null if a glyph is missing or the title does not fit', () => {
    const text = { status: 'Open', live: true, where: ['Ireland'], sender: 'Union', fromRight: false }
    expect(layOut({ ...text, title: 'Solidarity' })).not.toBeNull()
    for (const title of ['団結', 'Solidarity ✊', 'W'.repeat(120)]) expect(layOut({ ...text, title }), title).toBeNull()
  })

  it('is null for a campaign that may not be mentioned', () => {
    const [campaign] = bundled
    if (campaign === undefined) throw new Error('no campaign is bundled')
    for (const status of ['expired', 'under-review', 'draft'] as const)
      expect(pictureOf(sender, campaign, 'en', status)).toBeNull()
  })
})
