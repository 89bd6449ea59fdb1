import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatFault } from '../../../src/campaigns/source/fault.ts'
import { readCampaign } from '../../../src/campaigns/source/read-campaign.ts'
import { nearestName } from '../../../src/kit/words/nearest-name.ts'
import { DEFINITION, ENGLISH, FOLDER } from '../folder.ts'

const sample = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../campaigns/river-street-bakery', name), 'utf8')
const WHOLE = { 'campaign.yaml': sample('campaign.yaml'), 'en.md': sample('en.md') }
const LOCALES = ['ar', 'en', 'es', 'fr', 'kk', 'ru']

/** Every way to hit one key wrong: a letter left out, doubled, swapped with the next, or another beside it. */
const slips = (key: string): string[] =>
  [...key].flatMap((letter, at) => {
    const [before, after] = [key.slice(0, at), key.slice(at + 1)]
    return [
      before + after,
      before + letter + letter + after,
      `${before}${letter}x${after}`,
      `${before}${after[0] ?? ''}${letter}${after.slice(1)}`,
    ]
  })

/** The keys of a file, with their line and column; not the languages. */
function keysIn(text: string): Array<{ key: string; line: number; at: number }> {
  const found: Array<{ key: string; line: number; at: number }> = []
  let offset = 0
  for (const [index, line] of text.split('\n').entries()) {
    if (text.startsWith('---') && index > 0 && line === '---') break
    const [, before = '', key = ''] = /^([ -]*)([a-zA-Z]+):/.exec(line) ?? []
    if (key.length > 2) found.push({ key, line: index + 1, at: offset + before.length })
    offset += line.length + 1
  }
  return found
}

describe('a mistyped key', () => {
  const keys = (['campaign.yaml', 'en.md'] as const).flatMap((name) =>
    keysIn(WHOLE[name]).map((key) => ({ name, ...key })),
  )
  const known = new Set(keys.map(({ key }) => key))

  test('is one fault at its line that names the right key, whatever the key hides', async () => {
    expect(known.size).toBeGreaterThan(35)
    const slip = fc
      .constantFrom(...keys)
      .chain((one) => fc.record({ one: fc.constant(one), typed: fc.constantFrom(...slips(one.key)) }))
    await fc.assert(
      fc.asyncProperty(slip, async ({ one: { name, key, line, at }, typed }) => {
        fc.pre(typed !== key && typed !== 'update' && !known.has(typed) && typed !== '' && !LOCALES.includes(typed))
        const text = WHOLE[name]
        const wrong = text.slice(0, at) + typed + text.slice(at + key.length)
        const { faults } = await readCampaign('river-street-bakery', { ...WHOLE, [name]: wrong })
        expect(faults).toHaveLength(1)
        expect(faults[0]).toMatchObject({ line, found: expect.stringMatching(`^unknown key .*${typed}$`) })
        expect(faults[0]?.expected).toBe(`${key}; did you mean that?`)
      }),
    )
  })

  test('that is near no key is one fault with all keys, and what it hides is still missing', async () => {
    const { faults } = await readCampaign('harbour-cranes', {
      ...FOLDER,
      'campaign.yaml': DEFINITION.replace('topics', 'trades'),
    })
    expect(faults.map(({ found }) => found).toSorted()).toEqual(['no topics', 'unknown key trades'])
  })
})

const wrongIn = async (name: 'campaign.yaml' | 'en.md', right: string, wrong: string) => {
  const text = { 'campaign.yaml': DEFINITION, 'en.md': ENGLISH }[name]
  if (!text.includes(right)) throw new Error(`the folder has no ${right}`)
  const { faults } = await readCampaign('harbour-cranes', { ...FOLDER, [name]: text.replace(right, wrong) })
  return faults.map(formatFault).join('\n')
}

test.each([
  ['campaign.yaml', 'topics: [transport]', 'topics: [trnsport]', 'transport'],
  ['campaign.yaml', 'topics: [transport]', 'topics: [Mining]', 'mining'],
  ['campaign.yaml', 'topics: [transport]', 'topics: [public-service]', 'public-services'],
  ['campaign.yaml', 'status: open', 'status: opne', 'open'],
  ['campaign.yaml', 'role: employer', 'role: emploier', 'employer'],
  ['campaign.yaml', 'ladder: [own-mailbox]', 'ladder: [own_mailbox]', 'own-mailbox'],
  ['campaign.yaml', 'organisation: port', 'organisation: prot', 'port'],
  ['en.md', '## Appeal', '## Apeal', '## Appeal'],
  ['en.md', '## Letter', '## Letters', '## Letter'],
  ['en.md', '## Letter', '## Background\n\nLong.\n\n## Leter', '## Letter'],
  ['en.md', '## Letter', '## Uptade 2026-03-02 News\n\nSo.\n\n## Letter', '## Update 2026-03-02 News'],
] as const)('in %s, %s written as %s is one fault and suggests %s', async (name, right, wrong, meant) => {
  const text = await wrongIn(name, right, wrong)
  expect(text.split('\n')).toHaveLength(1)
  expect(text).toMatch(new RegExp(`; did you mean ${meant.replace('##', '## ?').replace(' ?', '')}\\?$`))
})

test.each([
  ['fn', 'fr'],
  ['rus', 'ru'],
  ['kz', 'kk'],
])('a text in the language %s, which the site has not, suggests %s', async (typed, meant) => {
  const { faults } = await readCampaign('harbour-cranes', { ...FOLDER, [`${typed}.md`]: ENGLISH }, LOCALES)
  expect(faults.map(formatFault).join('\n')).toMatch(new RegExp(`did you mean ${meant}(\\.md)?\\?$`))
})

test.each([
  ['Harbour Cranes', 'the folder to have that name: rename campaigns/Harbour Cranes to campaigns/harbour-cranes'],
  ['harbour_cranes', 'the folder to have that name: rename campaigns/harbour_cranes to campaigns/harbour-cranes'],
  ['Häfen', 'the folder to have that name: rename campaigns/Häfen to campaigns/harbour-cranes'],
  ['cranes', 'the name of the folder, cranes: write that, or rename the folder to harbour-cranes'],
])('in the folder %s, another slug is a fault that says what to rename', async (folder, expected) => {
  const { faults } = await readCampaign(folder, FOLDER)
  expect(faults.map((fault) => fault.expected)).toEqual([expected])
})

test('the nearest name is the name itself, and no name for words that have little in common', () => {
  const name = fc.stringMatching(/^[a-z]{3,12}$/)
  fc.assert(
    fc.property(fc.array(name, { minLength: 1 }), (known) => {
      expect(nearestName(known[0] ?? '', known)).toBe(known[0])
    }),
  )
  expect(nearestName('', ['en'])).toBeUndefined()
  expect(nearestName('sectors', ['topics', 'sources'])).toBeUndefined()
  expect(nearestName('MINING', ['metal', 'mining'])).toBe('mining')
})
