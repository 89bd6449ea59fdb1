import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import { localesOf } from '../../../src/campaigns/campaign.ts'
import { standingOf } from '../../../src/campaigns/page-status.ts'
import { joined } from '../../../src/campaigns/share-image/arabic.ts'
import { layOut, PICTURE_HEIGHT, PICTURE_WIDTH } from '../../../src/campaigns/share-image/layout.ts'
import { pictureOf } from '../../../src/campaigns/share-image/share-image.ts'
import { standing } from '../../../src/campaigns/share-image/visual-order.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const sender = { senderName: 'Bread Workers’ Liaison' }

describe('Arabic letters in a picture', () => {
  const letter = fc.constantFrom(...'ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي ،.5a')

  it('are joined without one being lost or changed: Unicode’s own decomposition gives the text back', () => {
    fc.assert(
      fc.property(fc.array(letter), (letters) => {
        const text = letters.join('')
        expect(joined(text).normalize('NFKC')).toBe(text.normalize('NFKC'))
      }),
    )
  })

  it('take the form that their neighbours ask for', () => {
    const names = (text: string) => [...joined(text)].map((form) => form.codePointAt(0)?.toString(16))
    expect(names('ب')).toEqual(['fe8f']) // isolated
    expect(names('ببب')).toEqual(['fe91', 'fe92', 'fe90']) // initial, medial, final
    expect(names('دب')).toEqual(['fea9', 'fe8f']) // dal joins nothing after it
    expect(names('بدب')).toEqual(['fe91', 'feaa', 'fe8f'])
    expect(names('لا بلا')).toEqual(['fefb', '20', 'fe91', 'fefc']) // lam and alef are one
    expect(names('ماء')).toEqual(['fee3', 'fe8e', 'fe80'])
    expect(names('خبّاز')).toEqual(['fea7', 'fe92', 'fe8e', 'feaf']) // doubling is left to the reader
  })
})

describe('the order of a line', () => {
  it('runs from the right with words and numbers of others whole', () => {
    expect(standing('ابج', 'right')).toBe('جبا')
    expect(standing('اب 12.5 جد', 'right')).toBe('دج 12.5 با')
    expect(standing('اب (x y) ج', 'right')).toBe('ج (x y) با')
    expect(standing('اب (ج)', 'right')).toBe('(ج) با')
    expect(standing('اب x 15', 'right')).toBe('x 15 با')
    expect(standing('one (two) 3', 'left')).toBe('one (two) 3')
    expect(standing('one اب two', 'left')).toBe('one با two')
  })
})

describe('the picture of a campaign', () => {
  it('can be laid out for every bundled campaign in every language, inside its edges', () => {
    for (const campaign of bundled) {
      for (const locale of localesOf(campaign)) {
        expect(
          pictureOf(sender, campaign, locale, standingOf(campaign, now)),
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

  it('is none where it would have holes, or the title does not fit', () => {
    const text = { status: 'Open', live: true, where: ['Ireland'], sender: 'Union', fromRight: false }
    expect(layOut({ ...text, title: 'Solidarity' })).not.toBeNull()
    for (const title of ['団結', 'Solidarity ✊', 'W'.repeat(120)]) expect(layOut({ ...text, title }), title).toBeNull()
  })

  it('is none of a campaign that may not be mentioned', () => {
    const [campaign] = bundled
    if (campaign === undefined) throw new Error('no campaign is bundled')
    for (const standing of ['expired', 'under-review', 'draft'] as const)
      expect(pictureOf(sender, campaign, 'en', standing)).toBeNull()
  })
})
