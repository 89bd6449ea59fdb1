import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCampaign } from '../../../src/campaigns/source/read-campaign.ts'
import { DEFINITION, ENGLISH, FOLDER } from '../folder.ts'

/** Words of the YAML parser, which no organiser should meet. */
const JARGON = /mapping|scalar|implicit|compact|collection|token|flow|block|node|resolve|directive|indicator/i

const faultsOf = async (name: 'campaign.yaml' | 'en.md', right: string, wrong: string) => {
  const text = { 'campaign.yaml': DEFINITION, 'en.md': ENGLISH }[name]
  if (!text.includes(right)) throw new Error(`the folder has no ${right}`)
  const { faults } = await readCampaign('harbour-cranes', { ...FOLDER, [name]: text.replace(right, () => wrong) })
  return faults.filter(({ found }) => !/^no (title|summary|subjects|## )/.test(found))
}

test.each([
  [
    'en.md',
    'title: Crane drivers locked out',
    'title: Dockers: dismissed',
    2,
    'a colon in text without quotes, Dockers: dismissed',
    'title: "Dockers: dismissed"',
  ],
  [
    'en.md',
    'summary: Forty drivers stand outside the gate.',
    'summary: They say it plainly:',
    3,
    'a colon in text without quotes, They say it plainly:',
    'summary: "They say it plainly:"',
  ],
  ['en.md', '  appeal: Open the gate', '\tappeal: Open the gate', 5, 'a tab at the beginning of the line', 'spaces'],
  [
    'campaign.yaml',
    '    role: employer\n    name: Port',
    '\trole: employer\n\tname: Port',
    8,
    'a tab at the beginning of the line (and of 1 more)',
    'spaces',
  ],
  [
    'campaign.yaml',
    '    role: employer',
    '     role: employer',
    8,
    'a line that is not under its neighbours, role: employer',
    'under each other',
  ],
  ['campaign.yaml', 'status: open', 'status open', 2, 'a line without “: ”, status open', 'a colon and a space'],
  ['campaign.yaml', 'status: open', 'status:open', 2, 'a line without “: ”, status:open', 'a colon and a space'],
  ['campaign.yaml', 'topics: [transport]', 'topics: [transport', 5, '[ that is never closed', '] at the end'],
  [
    'campaign.yaml',
    'name: Port of Nowhere',
    'name: "Port of Nowhere',
    9,
    'a quotation mark that is never closed',
    'the same quotation mark',
  ],
  [
    'campaign.yaml',
    'name: Port of Nowhere',
    'name: "Port" of Nowhere',
    9,
    'text behind a closing quotation mark, "Port" of Nowhere',
    `'"Port" of Nowhere'`,
  ],
  [
    'campaign.yaml',
    'name: Port of Nowhere',
    "name: 'Nobody's Port'",
    9,
    "text behind a closing quotation mark, 'Nobody's Port'",
    `"Nobody's Port"`,
  ],
  ['campaign.yaml', 'name: Port of Nowhere', 'name: @port', 9, 'text that begins with @', '"@port"'],
  [
    'campaign.yaml',
    'name: Port of Nowhere',
    'name: *Port* of Nowhere',
    9,
    'text that begins with *',
    '"*Port* of Nowhere"',
  ],
  [
    'campaign.yaml',
    'en: Dear director,',
    'en: Dear director: you,',
    15,
    'a colon where { … } holds a text',
    'quotes around each text',
  ],
] as const)('in %s, %s as %s is one clear sentence at its line', async (name, right, wrong, line, found, expected) => {
  const faults = await faultsOf(name, right, wrong)
  expect(faults).toHaveLength(1)
  expect(faults[0]).toMatchObject({ line, found, expected: expect.stringContaining(expected) })
})

test('a colon in any title without quotes is one fault at its line, and what the advice says is read as the title', async () => {
  const words = fc.stringMatching(/^[\p{Lu}][\p{L}’]{1,8}( [\p{L}]{1,8}){0,3}$/u)
  await fc.assert(
    fc.asyncProperty(words, words, async (one, other) => {
      const [fault, ...more] = await faultsOf('en.md', 'title: Crane drivers locked out', `title: ${one}: ${other}`)
      expect(more).toEqual([])
      expect(fault?.line).toBe(2)
      const advice = fault?.expected.replace('quotes around the text: ', '') ?? ''
      const { campaign } = await readCampaign('harbour-cranes', {
        ...FOLDER,
        'en.md': ENGLISH.replace('title: Crane drivers locked out', () => advice),
      })
      expect(campaign?.words.en?.title).toBe(`${one}: ${other}`)
    }),
    { numRuns: 40 },
  )
})

test('no damage to a file brings a word of the parser before an organiser', async () => {
  const damage = fc.constantFrom(
    '\t',
    ': ',
    '"',
    "'",
    '[',
    '{',
    '}',
    ']',
    '- ',
    '  ',
    '\n',
    '*',
    '&',
    '!',
    '%',
    '|',
    '>',
    '? ',
    '---\n',
    '\\',
  )
  await fc.assert(
    fc.asyncProperty(fc.nat(DEFINITION.length), damage, fc.boolean(), async (at, sign, isCut) => {
      const wrong = DEFINITION.slice(0, at) + sign + DEFINITION.slice(isCut ? at + 1 : at)
      const { faults } = await readCampaign('harbour-cranes', { ...FOLDER, 'campaign.yaml': wrong })
      for (const { found, line } of faults) {
        expect(found.replace(/"(?:[^"\\]|\\.)*"?/g, '')).not.toMatch(JARGON)
        expect(line).toBeLessThanOrEqual(wrong.split('\n').length)
      }
    }),
    { numRuns: 300 },
  )
})
