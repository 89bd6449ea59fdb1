import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import type { Campaign, CampaignWords } from '../../../src/campaigns/campaign.ts'
import { letterLocale } from '../../../src/campaigns/letter-language.ts'
import { MAX_MAILTO_CHARS, type OwnLetter, ownLetter } from '../../../src/campaigns/own-mailbox-letter.ts'
import { translator } from '../../../src/kit/page-texts.ts'
import { ferry, paragraph, wordsOf } from '../../support/campaign.ts'
import { RFC_6068, readCompose, readMailto } from '../../support/mailto.ts'

type Target = Campaign['targets'][number]

const pageIn = (locale: string) => `https://act.example.org/${locale}/campaigns/ferry`
const [director] = ferry.targets
if (director === undefined) throw new Error('the ferry has no target')

const campaignWith = (
  words: Partial<CampaignWords>,
  copies: string[] = ['copies@example.org'],
  locale = 'en',
): Campaign => ({
  ...ferry,
  copies: copies.map((email, n) => ({ id: `copy-${n}`, name: 'Crew Desk', channels: { email: [email] } })),
  words: { en: wordsOf('en'), [locale]: { ...wordsOf(locale), demands: [], ...words } },
})
const letterOf = (words: Partial<CampaignWords>, changed: Partial<Target> = {}, copies?: string[]) =>
  ownLetter(campaignWith(words, copies, changed.locale), { ...director, ...changed }, pageIn)
const linksOf = ({ links }: OwnLetter) => {
  if (links === undefined) throw new Error('no link')
  return links
}
const letterOfLength = (paragraphs: number): CampaignWords['appeal'] =>
  Array.from({ length: paragraphs }, (_, n) => paragraph(`Paragraph ${n} asks for the gate to be mended.`))

/** Checks all requirements of a link, for any letter. */
function checkLinks(letter: OwnLetter): void {
  const { mailto, webMail, whole } = linksOf(letter)
  expect(mailto).toMatch(RFC_6068)
  expect(mailto.length).toBeLessThanOrEqual(MAX_MAILTO_CHARS)
  const read = readMailto(mailto)
  expect(read).toMatchObject({ to: letter.to, cc: letter.cc, others: [] })
  expect(read.subject).not.toBe('')
  expect(read.subject ?? '').not.toMatch(/[\r\n]/)
  expect(read.body.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  if (whole)
    expect(read).toMatchObject({ subject: letter.subject || undefined, body: letter.text.replaceAll('\n', '\r\n') })
  else expect(read.body.endsWith(`${translator(letter.locale)('write.whole')} ${pageIn(letter.locale)}`)).toBe(true)
  expect(
    webMail.map(({ name, url }) =>
      name === 'Gmail' ? readCompose(url, 'su', ['view', 'fs']) : readCompose(url, 'subject'),
    ),
  ).toEqual(webMail.map(() => read))
}

describe('the letters of the campaigns that ship', () => {
  const all = bundled.flatMap((campaign) =>
    campaign.targets.flatMap((target) =>
      ['en', 'ru', 'fr', 'es', 'kk', 'ar', 'lv'].map((locale) => ({
        campaign,
        slug: campaign.slug,
        id: target.id,
        target,
        locale,
      })),
    ),
  )

  it.each(all)(
    '$slug, $id, $locale: a link that conforms to RFC 6068, or none without an address',
    ({ campaign, target, locale }) => {
      const letter = ownLetter(campaign, { ...target, locale }, pageIn)
      expect(letter.links === undefined).toBe(target.channels.email === undefined)
      if (letter.links !== undefined) checkLinks(letter)
      const words = campaign.words[letter.locale]
      expect(letter.subject).toBe(words?.title)
      expect(letter.text).toContain(translator(letter.locale)('write.own'))
    },
  )

  it('contain the demands once: in the letter if it lists them, else after it', () => {
    const sample = (slug: string) => {
      const campaign = bundled.find((found) => found.slug === slug)
      const [target] = campaign?.targets ?? []
      if (campaign === undefined || target === undefined) throw new Error(`no target in ${slug}`)
      return ownLetter(campaign, { ...target, locale: 'en' }, pageIn).text
    }
    expect(sample('river-street-bakery')).toContain('3. the night allowance is paid again, and\n4. the company talks')
    expect(sample('river-street-bakery')).not.toContain(translator('en')('write.demands'))
    expect(sample('irtysh-foundry')).toContain(`${translator('en')('write.demands')}\n\n1. Take the Irtysh foundry`)
  })
})

describe('a letter from one’s own mailbox', () => {
  it('begins with the salutation, contains the demands, and has places for the writer’s sentence, name and town', () => {
    const letter = [paragraph('The gate of the ferry jams.')]
    expect(letterOf({ letter, demands: ['Take back the four.', 'Mend the gate.'] }).text).toBe(
      [
        'Dear director,',
        '[a sentence of your own]',
        'The gate of the ferry jams.',
        'I support what the workers demand:',
        '1. Take back the four.\n2. Mend the gate.',
        '[your name and town]',
      ].join('\n\n'),
    )
  })

  it('has one salutation, and does not repeat demands that the letter contains literally', () => {
    const letter = [paragraph('Dear director'), paragraph('Please: Mend the gate. Take back the four.')]
    const { text } = letterOf({ letter, demands: ['Take back the four.', 'Mend the gate.'] })
    expect(text.match(/Dear director/g)).toHaveLength(1)
    expect(text.match(/Mend the gate/g)).toHaveLength(1)
  })

  it('goes to every address once, with copies to the copies, never to contacts for support', () => {
    const channels = { email: ['director@line.invalid', 'office@line.invalid', 'office@line.invalid'] }
    const letter = letterOf({}, { channels }, ['copies@example.org', 'office@line.invalid', 'copies@example.org'])
    expect(linksOf(letter).mailto).toContain('mailto:director@line.invalid,office@line.invalid?cc=copies@example.org&')
    expect(JSON.stringify(letter)).not.toContain('crew@example.org')
  })

  it('is in the target’s language, else in a variant, else in English, else in any language with a letter', () => {
    const speaking = (...locales: string[]): Campaign => ({
      ...ferry,
      words: Object.fromEntries(locales.map((locale) => [locale, wordsOf(locale)])),
    })
    expect(letterLocale(speaking('en', 'fr', 'fr-CA'), { locale: 'fr-CA' })).toBe('fr-CA')
    expect(letterLocale(speaking('en', 'fr'), { locale: 'fr-CA' })).toBe('fr')
    expect(letterLocale(speaking('ar', 'en', 'fr-CA'), { locale: 'fr' })).toBe('fr-CA')
    expect(letterLocale(speaking('ar', 'en'), { locale: 'lv' })).toBe('en')
    const { letter: _, ...without } = wordsOf('en')
    expect(letterLocale({ ...ferry, words: { en: without, ru: wordsOf('ru') } }, { locale: 'lv' })).toBe('ru')
    expect(letterLocale({ ...ferry, words: { en: without } }, { locale: 'lv' })).toBe('en')
  })

  it('has a salutation in the language of the letter, not of the target', () => {
    const salutation = { lv: 'Cienījamais direktor!', en: 'Dear director,' }
    expect(ownLetter(campaignWith({}), { ...director, locale: 'lv', salutation }, pageIn).text).toMatch(
      /^Dear director,\n/,
    )
  })
})

describe('a letter that is too long for a link', () => {
  it('is cut between paragraphs and has the address of the whole letter; the text for copying stays whole', () => {
    const letter = letterOf({ letter: letterOfLength(5_000) })
    checkLinks(letter)
    const { mailto, whole } = linksOf(letter)
    expect(whole).toBe(false)
    const lines = readMailto(mailto).body.split('\r\n\r\n')
    const kept = lines.filter((line) => line.startsWith('Paragraph'))
    expect(kept).toEqual(letterOfLength(kept.length).map((_, n) => `Paragraph ${n} asks for the gate to be mended.`))
    expect(lines[1]).toBe('[a sentence of your own]')
    expect(lines.slice(-2)).toEqual([
      '[your name and town]',
      'The full letter: https://act.example.org/en/campaigns/ferry',
    ])
    const next = encodeURIComponent(`\r\n\r\nParagraph ${kept.length} asks for the gate to be mended.`)
    expect(mailto.length + next.length).toBeGreaterThan(MAX_MAILTO_CHARS)
    expect(letter.text).toContain('Paragraph 4999')
  })

  it('keeps a list with the paragraph before it, or cuts both', () => {
    const items = Array.from({ length: 40 }, (_, n) => [paragraph(`Demand number ${n} is that the gate be mended.`)])
    const letter = letterOf({
      letter: [paragraph('The gate jams.'), paragraph('I ask that'), { kind: 'list', ordered: true, start: 1, items }],
    })
    const { body } = readMailto(linksOf(letter).mailto)
    expect(body).toContain('The gate jams.')
    expect(body).not.toContain('I ask that')
  })

  it('cuts the salutation and closing before the subject, never an address, and never half a character', () => {
    const family = '👩‍👩‍👧‍👦'
    const salutation = '敬'.repeat(200)
    const framed = letterOf({ letter: letterOfLength(9), title: family.repeat(10) }, { salutation })
    checkLinks(framed)
    expect(readMailto(linksOf(framed).mailto)).toMatchObject({
      subject: family.repeat(10),
      body: expect.stringMatching(/^The full letter: \S+$/),
    })

    const email = [`${'a'.repeat(60)}@${'b'.repeat(60)}.invalid`]
    const copies = Array.from({ length: 9 }, (_, n) => `${'c'.repeat(60)}${n}@${'d'.repeat(60)}.invalid`)
    const shortened = letterOf(
      { letter: letterOfLength(9), title: family.repeat(10) },
      { salutation, channels: { email } },
      copies,
    )
    checkLinks(shortened)
    const { subject = '' } = readMailto(linksOf(shortened).mailto)
    expect(subject).toMatch(/^(👩‍👩‍👧‍👦)+…$/u)
    expect(subject.length).toBeLessThan(family.length * 10)
  })

  it('has no link when the addresses do not fit, and the whole text for copying', () => {
    const email = Array.from({ length: 30 }, (_, n) => `${'a'.repeat(60)}${n}@line.invalid`)
    const letter = letterOf({ letter: letterOfLength(2) }, { channels: { email } })
    expect(letter.links).toBeUndefined()
    expect(letter.to).toEqual(email)
    expect(letter.text).toContain('Paragraph 1')
  })
})

describe('any text of an organiser', () => {
  const hostile = [
    '%0d%0aBcc: spy@example.org',
    '\r\nBcc: spy@example.org',
    '\u2028Bcc: spy@example.org',
    '&bcc=spy@example.org',
    '?bcc=spy@example.org&subject=other',
    '#fragment %25 100% + , ; = " \' < > \\ ` | ^ { }',
    '%',
    '\uD83D',
  ]

  it.each(hostile)('stays inside its field: %j', (text) => {
    const words = { title: `Title ${text}`, letter: [paragraph(`Body ${text}`)], demands: [`Demand ${text}`] }
    const letter = letterOf(words, { salutation: `Dear ${text}` })
    checkLinks(letter)
    expect(letter.text.split('\n\n')).toHaveLength(6)
  })

  it.each(hostile.filter((text) => /[\r\n\u2028]/.test(text)))('makes no second line of an address: %j', (text) => {
    const letter = letterOf({}, { channels: { email: [`director@line.invalid${text}`] } }, [
      `copies@example.org${text}`,
    ])
    const { mailto, webMail } = linksOf(letter)
    for (const url of [mailto, ...webMail.map(({ url }) => url)]) {
      expect(url).not.toMatch(/^[^?]*%0[ad]|[?&](to|cc)=[^&]*%0[ad]/i)
      expect([...new URL(url).searchParams.keys()]).not.toContain('bcc')
    }
  })

  it('has no empty subject parameter, because Outlook would drop the letter', () => {
    const { mailto, webMail } = linksOf(letterOf({ title: '\u0000' }))
    for (const url of [mailto, ...webMail.map(({ url }) => url)]) expect(url).not.toMatch(/[?&]su(bject)?=/)
  })

  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 80 }),
    fc.constantFrom(...hostile),
  )
  const word = fc.stringMatching(/^[a-zA-Z0-9_'+-]{1,20}$/)
  const address = fc
    .tuple(word, word, fc.constantFrom('invalid', 'example'))
    .map(([local, , top]) => `${local}@line.${top}`)
  const locale = fc.constantFrom('en', 'ru', 'fr', 'es', 'kk', 'ar')

  it('survives a round trip through a link, in any script and of any length', () => {
    fc.assert(
      fc.property(
        fc.record({
          title: text,
          salutation: text,
          letter: fc.array(text, { maxLength: 12 }),
          demands: fc.array(text, { maxLength: 4 }),
        }),
        fc.uniqueArray(address, { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(address, { maxLength: 4 }),
        locale,
        ({ title, salutation, letter, demands }, email, copies, locale) => {
          const words = { title, demands, letter: letter.map(paragraph) }
          const own = letterOf(words, { salutation, locale, channels: { email } }, copies)
          checkLinks(own)
          const { body } = readMailto(linksOf(own).mailto)
          const paragraphs = own.text.split('\n\n')
          const kept = body.replaceAll('\r\n', '\n').split('\n\n').slice(0, -1)
          for (const line of kept) expect(paragraphs).toContain(line)
        },
      ),
      { numRuns: 400 },
    )
  })
})
