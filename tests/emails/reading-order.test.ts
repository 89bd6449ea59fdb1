import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import type { Target } from '../../src/campaigns/letter-language.ts'
import { toVisualOrder } from '../../src/campaigns/share-image/visual-order.ts'
import { copiesMail, digestMail, supportMail } from '../../src/emails/letters/digest.ts'
import { letterTemplate } from '../../src/emails/letters/letter.ts'
import { EMAILS } from '../../src/emails/message.ts'
import { preview, sampleValues } from '../../src/emails/preview.ts'
import { compile } from '../../src/emails/template/compile.ts'
import { type Merged, merge } from '../../src/emails/template/merge.ts'
import { formatDay, formatEventTime } from '../../src/kit/dates.ts'
import { ferry, LOCALES, paragraph, sender, wordsOf } from '../support/campaign.ts'

/** What a reader sees of Arabic mails where the mail program knows no markup, in a line that runs either way. */

const digits = (most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: most }).map((all) => all.join(''))
const telephone = fc
  .tuple(
    fc.integer({ min: 1, max: 999 }),
    fc.array(digits(4), { minLength: 2, maxLength: 4 }),
    fc.constantFrom(' ', '-', '.'),
  )
  .map(([country, groups, between]) => [`+${country}`, ...groups].join(between))
const street = fc
  .tuple(
    fc.integer({ min: 1, max: 400 }),
    fc.constantFrom('Canal Row', 'Market Square', 'rue de l’Écluse', 'Набережная'),
  )
  .map(([number, name]) => `${number} ${name}`)
const mailbox = fc
  .tuple(fc.integer({ min: 1, max: 99 }), fc.constantFrom('office', 'desk-2', 'a.b'))
  .map(([number, name]) => `${number}${name}@line.invalid`)
const name = fc.constantFrom('Joe Smith, Deputy (acting)', 'Айгүл 7', '“Bakers’ Committee”', 'Local 12, Hollowmere')
const day = fc.date({ min: new Date('2026-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })

const facts = fc.record({
  telephone,
  fax: telephone,
  street,
  mailbox,
  name,
  figure: fc.integer({ min: 1000, max: 9e6 }),
  day,
})

/** How a value looks by itself, in the direction of its own first letter. */
const alone = (value: string): string => {
  const first = /\p{L}/u.exec(value)?.[0] ?? 'a'
  return toVisualOrder(value, /\p{Script=Arabic}/u.test(first) ? 'rtl' : 'ltr')
}

/** The values that a reader would see turned round in some line, whichever way the lines run. */
const turned = (text: string, values: readonly string[]): string[] =>
  (['rtl', 'ltr'] as const).flatMap((base) => {
    const seen = text.split('\n').map((line) => toVisualOrder(line, base))
    return values
      .filter((value) => !seen.some((line) => line.includes(alone(value))))
      .map((value) => `${value} in ${base}`)
  })

const written = 'اتصلوا بالمكتب على'
const arabicOf = ({
  telephone,
  fax,
  street,
  mailbox,
  name,
  figure,
  day,
}: typeof facts extends fc.Arbitrary<infer F> ? F : never) => {
  const iso = day.toISOString().slice(0, 10)
  const [director] = ferry.targets
  const [picket] = ferry.events
  const [claim] = ferry.claims
  if (director === undefined || picket === undefined || claim === undefined) throw new Error('the ferry lost its facts')
  const target: Target = {
    ...director,
    locale: 'ar',
    name,
    role: { ar: 'المدير', en: 'Director' },
    salutation: { ar: 'السيد المدير', en: 'Dear director' },
    channels: { post: [street], fax: [fax], phone: [telephone], email: [mailbox] },
  }
  const words = {
    ...wordsOf('ar'),
    title: 'عمال العبّارة',
    subjects: { appeal: `${written} ${telephone}، الآن`, update: `${figure} توقيع` },
    appeal: [paragraph(`${written} ${telephone}، من فضلكم.`)],
    letter: [paragraph(`${written} ${telephone}، من فضلكم.`)],
    updates: [{ id: 'gate', date: iso, title: 'خبر', body: [paragraph(`${written} ${telephone}.`)] }],
  }
  const campaign: Campaign = {
    ...ferry,
    targets: [target],
    events: [{ ...picket, start: `${iso}T16:00`, end: `${iso}T17:30`, place: street }],
    claims: [{ ...claim, figure, unit: 'راكب', saidBy: name }],
    words: { ...ferry.words, ar: words },
  }
  return { campaign, target, iso, figure: new Intl.NumberFormat('ar').format(figure) }
}

describe('in Arabic, no number, date, address or name is turned round', () => {
  test('in the text and the subject of an appeal and of an update', async () => {
    await fc.assert(
      fc.asyncProperty(facts, async (given) => {
        const { campaign, iso, figure } = arabicOf(given)
        const made = async (email: 'appeal' | 'update'): Promise<Merged> => {
          const { template } = await compile({
            email,
            locale: 'ar',
            campaign,
            sender,
            ...(email === 'update' && { updateId: 'gate' }),
          })
          return merge(template, sampleValues(email, 'ar', sender))
        }
        const [appeal, update] = [await made('appeal'), await made('update')]
        const { telephone, fax, street, mailbox, name } = given
        const when = formatEventTime('ar', { start: `${iso}T16:00`, end: `${iso}T17:30`, zone: 'Europe/London' })
        expect(turned(appeal.text, [telephone, fax, street, mailbox, name, figure, sender.postalAddress])).toEqual([])
        expect(appeal.text).toContain(`\u2068${when}\u2069`)
        expect(turned(appeal.subject, [telephone])).toEqual([])
        expect(turned(update.text, [telephone, formatDay('ar', iso)])).toEqual([])
        // A subject that begins with a number begins at the right, wherever it is shown.
        expect(toVisualOrder(update.subject, 'ltr')).toBe(toVisualOrder(update.subject, 'rtl'))
      }),
      { numRuns: 20 },
    )
  })

  test('in letters, digests, copies and messages of support', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { campaign, target } = arabicOf(given)
        const { telephone, name, street } = given
        const said = { name, place: street, text: `أسكن في الحي ${telephone}` }
        const own = { name, place: street, sentence: 'أطلب منكم أن تستمعوا.' }
        const mails = {
          letter: letterTemplate(campaign, target, own, sender),
          digest: digestMail(campaign, target, [said], sender),
          copies: copiesMail(campaign, { locale: 'ar' }, [target], [said], 'https://act.example.org/stop/1', sender),
          support: supportMail(campaign, { locale: 'ar' }, [said], sender),
        }
        const model = { letter: [telephone], digest: [telephone], copies: [telephone], support: [] }
        for (const [kind, template] of Object.entries(mails)) {
          const { text, subject } = merge(template, {})
          const values = [sender.senderName, sender.postalAddress, ...(model[kind as keyof typeof model] ?? [])]
          expect([kind, turned(text, kind === 'support' || kind === 'digest' ? values : [...values, name])]).toEqual([
            kind,
            [],
          ])
          expect(toVisualOrder(subject, 'ltr')).toBe(toVisualOrder(subject, 'rtl'))
        }
      }),
    )
  })

  test('in HTML, by attributes that every mail program reads', async () => {
    const html = await Promise.all(
      EMAILS.flatMap((email) => LOCALES.map((locale) => preview(ferry, email, locale, sender))),
    )
    for (const mail of html) expect(mail.html).not.toMatch(/<bdi|<bdo/)
    const appeal = html.find(({ html }) => html.includes('lang="ar"') && html.includes('+999 555 0101'))
    expect(appeal?.html).toMatch(/<span dir="ltr">\+999 555 0101<\/span>/)
    expect(appeal?.html).toMatch(/<span dir="auto">1 Quay<\/span>/)
  })
})

test('a mail in a left-to-right language has no invisible characters, except around right-to-left names', async () => {
  for (const locale of LOCALES.filter((one) => one !== 'ar')) {
    const { text, subject } = await preview(ferry, 'appeal', locale, sender)
    expect(text + subject).not.toMatch(/[\u2066-\u2069]/)
  }
  const said = [{ name: 'ليلى', place: 'Farhaven', text: 'أطلب منكم.' }]
  expect(merge(supportMail(ferry, {}, said, sender), {}).text).toContain(
    '1. \u2068أطلب منكم.\u2069\n   \u2068ليلى, Farhaven\u2069',
  )
})

test('the address of a link in plain text ends before anything invisible', async () => {
  const { text } = await preview(ferry, 'appeal', 'ar', sender)
  expect(text).toContain('director@line.invalid')
  expect(text).not.toMatch(/[\w/][\u2066-\u2069](?=\s|$)(?<=(https?:\S*|@\S*))/)
})
