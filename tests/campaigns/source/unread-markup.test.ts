import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCampaign } from '../../../src/campaigns/source/read-campaign.ts'
import { ENGLISH, FOLDER } from '../folder.ts'

const warningsIn = async (words: string) => {
  const files = { ...FOLDER, 'en.md': ENGLISH.replace('Forty drivers stand outside.\n', `${words}\n`) }
  const { warnings } = await readCampaign('harbour-cranes', files)
  return warnings.map(({ line, found }) => `${line} ${found}`)
}

describe('markup that nothing reads is a warning', () => {
  test.each([
    ['Sign [this letter] (https://example.org/s).', ['10 [this letter] (https://example.org/s)']],
    ['A\nB ![gate] (/gate.jpg)', ['11 ![gate] (/gate.jpg)']],
    ['Read (the report)[https://example.org/r].', ['10 (the report)[https://example.org/r]']],
    ['See [page](https://example.org/a b).', ['10 [page](https://example.org/a b)']],
    ['See [page][report] and [[Wiki]].', ['10 [page][report]']],
    ['We **demand it', ['10 **demand']],
    ['We ** demand ** it', ['10 **']],
    ['_Never again, they say', ['10 _Never']],
    ['> quoted *half', ['10 *half']],
    ['- one\n- two **three', ['11 **three']],
    ['##What next', ['10 ##What next']],
    ['Now:\n•one\n•two', ['11 •one']],
    ['Tea&nbsp time', ['10 &nbsp']],
    ['| day | hour |\n| Monday | 8 |', ['10 | day | hour |']],
    ['[b]Strike[/b]', ['10 [b]']],
    ['Their `half', ['10 `half']],
  ])('in %j', async (words, warnings) => {
    expect(await warningsIn(words)).toEqual(warnings)
  })

  test.each([
    '5 * 3 = 15, and a_b_c, and #12, and snake_case',
    'Written \\*so\\*, \\[here\\] (https://example.org/x) and \\_there\\_',
    'R&D, AT&T, **bold**, *soft*, [a](https://example.org/a_b*c), https://example.org/a_*b?x=1&copy=2',
    'A [note] (of the editors), a range [1](2) no: [1] (2)'.replace('[1](2) no: ', ''),
    '1. one\n2. two\n\n- three – four\n\n— Да, — сказал он.',
  ])('and nothing in %j', async (words) => {
    expect(await warningsIn(words)).toEqual([])
  })

  test('in the front matter, where no markup is read, with its line', async () => {
    const files = {
      ...FOLDER,
      'en.md': ENGLISH.replace('Forty drivers stand outside the gate.', 'Read [this](https://example.org) **now**'),
    }
    const { warnings, campaign } = await readCampaign('harbour-cranes', files)
    expect(warnings).toMatchObject([{ line: 3, found: '[this](https://example.org)' }])
    expect(campaign).toBeDefined()
  })

  test('whatever the words are', async () => {
    const signs = fc.string({ unit: fc.constantFrom(...'[]()*_#&|`~<>!\\ \nabж•1.'.split('')), maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(signs, async (words) => {
        for (const warning of await warningsIn(`x ${words}`)) expect(warning).toMatch(/^\d+ \S/)
      }),
    )
  })
})
