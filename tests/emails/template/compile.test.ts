import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import { emailFiles } from '../../../src/emails/bundled.gen.ts'
import { EMAILS } from '../../../src/emails/message.ts'
import { preview } from '../../../src/emails/preview.ts'
import { compile } from '../../../src/emails/template/compile.ts'
import { COMPILER } from '../../../src/emails/template/template-hash.ts'
import { formatEventTime } from '../../../src/kit/dates.ts'
import { ferry, LOCALES, paragraph, sender, wordsOf } from '../../support/campaign.ts'
import { elements, skeleton, visibleText } from '../../support/html.ts'

const englishOnly = (words: Partial<Campaign['words'][string]>, more: Partial<Campaign> = {}): Campaign => ({
  ...ferry,
  ...more,
  words: { en: { ...wordsOf('en'), ...words } },
})

describe('every e-mail in every language', () => {
  const all = EMAILS.flatMap((email) => LOCALES.map((locale) => ({ email, locale })))

  it.each(all)(
    '$email in $locale is whole, marked with its language, and free of leftovers',
    async ({ email, locale }) => {
      const { subject, html, text, warnings } = await preview(ferry, email, locale, sender)
      expect(warnings).toEqual([])
      for (const part of [subject, html, text]) {
        expect(part).not.toMatch(/\{\{|\}\}|\{%|%\}|undefined|\[object|NaN|null|[\uE000-\uF8FF\uFFFD]/)
      }
      expect(subject).not.toBe('')
      const direction = locale === 'ar' ? 'rtl' : 'ltr'
      for (const name of ['html', 'body']) expect(elements(html, name)[0]?.attributes.dir).toBe(direction)
      expect(elements(html, 'html')[0]?.attributes.lang).toBe(locale)
      expect(elements(html, 'h1')).toHaveLength(1)
      expect(elements(html, 'img')).toEqual([])
      expect(elements(html, 'title')[0]?.text).not.toBe('')
      expect(elements(html, 'table').every(({ attributes }) => attributes.role === 'presentation')).toBe(true)
      expect(visibleText(html)).toContain(sender.postalAddress)
      expect(text).toContain(sender.postalAddress)
    },
  )

  it('aligns right-to-left mail to the right', async () => {
    const made = await preview(ferry, 'appeal', 'ar', sender)
    const html = made.html.replace(/<div\s+class="mj-column[^>]*>/g, '') // MJML's columns; the texts in them say their own
    expect(html).not.toMatch(/text-align: ?left|align="left"|(padding|border)-left:(?!\d+px !important)[1-9]/)
    expect(html).toContain('padding-right:28px')
  })

  it('contains no remote resources', async () => {
    for (const { email, locale } of all) {
      const { html } = await preview(ferry, email, locale, sender)
      expect(html).not.toMatch(/<(img|link|script|iframe)\b|@import|url\(|background=/i)
    }
  })
})

describe('the events of an appeal', () => {
  const [picket] = ferry.events
  if (picket === undefined) throw new Error('the ferry has no event')

  it.each(LOCALES)('appear in %s with the time of their place and the address of their calendar', async (locale) => {
    const { html, text } = await preview(ferry, 'appeal', locale, sender)
    const calendar = `${sender.publicUrl}/${locale}/campaigns/ferry/event.ics`
    expect(elements(html, 'a').map(({ attributes }) => attributes.href)).toContain(calendar)
    expect(text.split('\n')).toContain(calendar)
    for (const part of [visibleText(html), text])
      expect(part.replace(/\s+/g, ' ')).toContain(formatEventTime(locale, picket))
  })

  it('are listed as cancelled when they are cancelled', async () => {
    const events = [{ ...picket, sequence: 1, cancelled: true }]
    const { html, text } = await preview({ ...ferry, events }, 'appeal', 'en', sender)
    expect(text).toMatch(/Cancelled\n-+\n\nPicket\n/)
    for (const part of [html, text]) expect(part).not.toMatch(/Come along|event\.ics/)
  })
})

describe('an appeal', () => {
  it('contains everything that a reader needs', async () => {
    const { html, text } = await preview(ferry, 'appeal', 'en', sender)
    const facts = [
      'An invented example.',
      'Ferry crew dismissed (en)',
      'Hollowmere, 1 November 2026',
      'Hello Alex Sample,',
      'M. L.',
      'speaker of the crew',
      'Mend the gate.',
      'Director',
      'Hollow Line',
      '1 Quay',
      '+999 555 0101',
      '+999 555 0102',
      'director@line.invalid',
      'copies@example.org',
      'crew@example.org',
      'Saturday, 28 November 2026, 16:00–17:30 (GMT)',
      'at least 1,010 passengers a day',
      'the crew',
      'up to 12 passengers a day',
      'the company',
      'Report of the crew',
      '30 October 2026',
      'via Crew Desk',
      'The jammed gate',
    ]
    const seen = visibleText(html).replace(/\s+/g, ' ')
    for (const fact of facts) {
      expect(seen).toContain(fact)
      expect(text.replace(/\s+/g, ' ')).toContain(fact)
    }
    const links = elements(html, 'a').map(({ attributes }) => attributes.href)
    for (const link of [
      'https://act.example.org/en/campaigns/ferry',
      'https://act.example.org/my-data?locale=en',
      'https://ferry.example/report?a=1&b=2',
      'https://ferry.example/gate.jpg',
    ]) {
      expect(links).toContain(link)
      expect(text).toContain(link)
    }
    expect(links.filter((link) => link?.includes('/unsubscribe/'))).toHaveLength(1)
    expect(text.split('\n').filter((line) => line.length > 76 && !line.includes('https://'))).toEqual([])
  })

  it('shows Liquid, MJML and HTML in a campaign text literally', async () => {
    const attack = `{{ 7 | times: 6 }} {% slot unsubscribe %} <mj-raw><b onclick=x></mj-raw></mj-text></p><script>1</script> "' &amp; \uE000greeting\uE001 {% raw %}`
    const shown = attack.replace(/[\uE000\uE001]/g, '')
    const plain = englishOnly({
      title: 'T',
      summary: 'S',
      demands: ['D', 'E'],
      dateline: 'L',
      appeal: [paragraph('P')],
      subjects: { appeal: 'U' },
    })
    const hostile = englishOnly({
      title: attack,
      summary: attack,
      demands: [attack, attack],
      dateline: attack,
      appeal: [paragraph(attack)],
      subjects: { appeal: attack },
    })
    const [expected, made] = await Promise.all([
      preview(plain, 'appeal', 'en', sender),
      preview(hostile, 'appeal', 'en', sender),
    ])
    expect(skeleton(made.html)).toBe(skeleton(expected.html))
    expect(visibleText(made.html).split(shown)).toHaveLength(7) // preheader, title, dateline, paragraph, two demands
    expect(elements(made.html, 'title')[0]?.text).toBe(shown)
    expect(made.subject).toBe(shown)
    expect(made.text.replace(/\s+/g, ' ').split(shown).length).toBe(6)
  })

  it('tells reader and organiser when its translation is older than the English text', async () => {
    const withStale = (more: object): Campaign => ({
      ...ferry,
      words: { ...ferry.words, fr: { ...wordsOf('fr'), stale: true, ...more } },
    })
    const unmarked = await preview(withStale({ madeFrom: undefined }), 'appeal', 'fr', sender)
    expect(unmarked.warnings).toEqual(['ferry/fr.md was never marked as a translation of en.md: compare the two'])
    const { html, text, warnings } = await preview(withStale({ madeFrom: '0123456789ab' }), 'appeal', 'fr', sender)
    expect(warnings).toEqual(['ferry/fr.md is older than en.md: translate what changed'])
    expect(visibleText(html)).toContain('Le texte anglais a changé')
    expect(text).toContain('Le texte anglais a changé')
  })

  it('of 200 KB is refused with its size and the limit', async () => {
    const long = englishOnly({ appeal: Array.from({ length: 200 }, () => paragraph('word '.repeat(200))) })
    await expect(preview(long, 'appeal', 'en', sender)).rejects.toThrow(
      /appeal in en: the HTML is \d{3},\d{3} bytes .* 102,000/,
    )
  })

  it('of 92 KB warns', async () => {
    const long = englishOnly({ appeal: Array.from({ length: 61 }, () => paragraph('word '.repeat(200))) })
    const { warnings } = await preview(long, 'appeal', 'en', sender)
    expect(warnings).toEqual([expect.stringMatching(/^the HTML is 9\d,\d{3} bytes, close to/)])
  })
})

describe('an update', () => {
  it('contains the requested update, its date and a summary of the case', async () => {
    const { html, subject } = await preview(ferry, 'update', 'ru', sender, 'gate')
    expect(subject).toBe('The gate is mended (ru)')
    expect(elements(html, 'h1')[0]?.text).toBe('The gate is mended (ru)')
    expect(visibleText(html)).toContain('14 ноября 2026 г.')
    expect(visibleText(html)).toContain('Ferry crew dismissed (ru)')
  })

  it('with an unknown id is refused, and the known ids are listed', async () => {
    await expect(compile({ email: 'update', locale: 'en', campaign: ferry, updateId: 'nope', sender })).rejects.toThrow(
      'campaign ferry has no update "nope" in en; it has gate',
    )
  })
})

describe('a correction', () => {
  const MISTAKE = {
    en: 'Our earlier email contained a mistake.',
    ru: 'В нашем прошлом письме была ошибка.',
    fr: 'Notre e-mail précédent contenait une erreur.',
    es: 'Nuestro correo anterior contenía un error.',
    kk: 'Алдыңғы хатымызда қате кетті.',
    ar: 'وقع خطأ في رسالتنا السابقة.',
  }

  it.each(LOCALES)('says in %s, before anything else, that the earlier mail had a mistake', async (locale) => {
    const { html, text, subject } = await preview(ferry, 'correction', locale, sender)
    expect(subject.replace(/[\u2066-\u2069]/g, '')).toBe(`The picket is on Friday (${locale})`)
    for (const shown of [visibleText(html), text]) {
      const [before, after] = shown.split(MISTAKE[locale])
      expect(after).toContain(`The picket is on Friday (${locale})`)
      expect(before).not.toContain('The night shift')
    }
    const update = await preview(ferry, 'update', locale, sender)
    expect(`${update.html}${update.text}`).not.toContain(MISTAKE[locale])
  })
})

describe('compiling', () => {
  it('uses the compiler versions of package.json', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(COMPILER).toContain(`mjml ${dependencies.mjml}, liquidjs ${dependencies.liquidjs}`)
  })

  it.each([
    [
      'an unknown variable',
      '<mj-text>{{ campaigne }}</mj-text>',
      /emails\/parts\/once\.mjml.*|undefined variable: campaigne/,
    ],
    ['broken Liquid', '{% if %}', /emails\/confirm\.mjml: .*parts\/once\.mjml, line:1/],
    ['an unknown slot', '<mj-text>{% slot nobody %}</mj-text>', /emails\/confirm\.mjml: unknown slot "nobody"/],
    [
      'a link in text',
      '<mj-text>{% slot confirm %}</mj-text>',
      /emails\/confirm\.mjml: the link "confirm" must be the whole value of an href/,
    ],
    [
      'an unknown tag',
      '<mj-txt>x</mj-txt>',
      /emails\/confirm\.mjml: line \d+ of the generated MJML, <mj-txt>x<\/mj-txt>.*: .*mj-txt/,
    ],
    ['an unknown attribute', '<mj-text colour="red">x</mj-text>', /line \d+ of the generated MJML.*colour/],
    ['a text that is missing', "<mj-text>{{ 'confirm.nothing' | t }}</mj-text>", /no text "confirm\.nothing" in en/],
  ])('a template with %s is refused with the place', async (_, part, message) => {
    const kept = emailFiles['parts/once.mjml'] ?? ''
    emailFiles['parts/once.mjml'] = part
    try {
      await expect(compile({ email: 'confirm', locale: 'en', sender })).rejects.toThrow(message)
    } finally {
      emailFiles['parts/once.mjml'] = kept
    }
  })

  it('refuses a template that does not use a slot', async () => {
    const kept = emailFiles['parts/greeting.mjml'] ?? ''
    emailFiles['parts/greeting.mjml'] = '<mj-text>{% slot greeting %} {% slot note %}</mj-text>'
    try {
      await expect(compile({ email: 'appeal', locale: 'en', campaign: ferry, sender })).rejects.toThrow(
        'emails/appeal.mjml: the template does not use the slot noteLang, noteDir',
      )
    } finally {
      emailFiles['parts/greeting.mjml'] = kept
    }
  })

  it('names missing input', async () => {
    await expect(compile({ email: 'appeal', locale: 'en', sender })).rejects.toThrow('belongs to a campaign')
    await expect(compile({ email: 'confirm', locale: 'xx', sender })).rejects.toThrow('add emails/strings/xx.yaml')
  })
})
