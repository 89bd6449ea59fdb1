import { describe, expect, it } from 'vitest'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import { letterLocale } from '../../../src/campaigns/letter-language.ts'
import { lastDayOfUse } from '../../../src/campaigns/page-status.ts'
import { CampaignPage } from '../../../src/campaigns/pages/pages.tsx'
import { hasPostalChannel } from '../../../src/campaigns/postal-channels.ts'
import { LetterPage } from '../../../src/campaigns/print/pages-letter.tsx'
import { appealText } from '../../../src/campaigns/text/appeal-text.ts'
import { ferry } from '../../support/campaign.ts'
import { elements, visibleText } from '../../support/html.ts'
import { testSettings } from '../../support/supporter-world.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const settings = await testSettings()
const [director] = ferry.targets
if (director === undefined) throw new Error('the ferry has no director')

const sheets = (campaign: Campaign, locale = 'en') =>
  String(<LetterPage locale={locale} settings={settings} campaign={campaign} now={now} />)
const text = (campaign: Campaign, locale = 'en') => appealText({ campaign, locale, publicUrl: settings.publicUrl, now })
const sheetsIn = (html: string) => elements(html, 'div').filter(({ attributes }) => attributes.class === 'sheet flow')

const named = { id: 'm', naming: 'named', as: 'Mara Linden', role: 'speaker', atRisk: true } as const
const real: Campaign = { ...ferry, invented: false }
const dead: Array<[string, Partial<Campaign>]> = [
  ['closed', { status: 'closed' }],
  ['won', { status: 'won' }],
  ['past its last day', { closes: '2026-11-27' }],
  ['expired', { doNotUseAfter: '2026-11-27' }],
]

describe('the language of a letter', () => {
  it('is the target’s, else a variant of it, else English', () => {
    const words = { en: ferry.words.en, ru: ferry.words.ru, pt: ferry.words.fr }
    const campaign = { ...ferry, words } as Campaign
    const of = (locale: string) => letterLocale(campaign, { locale })
    expect(['ru', 'en', 'pt-BR', 'pt', 'de', 'kk'].map(of)).toEqual(['ru', 'en', 'pt', 'pt', 'en', 'en'])
  })

  it('is not the page’s: words, labels and direction of the sheet follow the target’s language', () => {
    const target = { ...director, locale: 'ar', salutation: { en: 'Dear director', ar: 'السيد المدير،' } }
    const [sheet] = sheetsIn(sheets({ ...real, targets: [target] }, 'ru'))
    expect(sheet?.attributes).toMatchObject({ lang: 'ar', dir: 'rtl' })
    for (const part of ['السيد المدير،', 'Ferry crew dismissed (ar)', 'التوقيع', 'الفاكس'])
      expect(sheet?.text).toContain(part)
    expect(sheet?.text).not.toMatch(/Подпись|Ferry crew dismissed \(ru\)/)
  })

  it('ends its salutation as the mail does, and leaves the last day of use to whoever sends it', () => {
    const target = { ...director, locale: 'en', salutation: 'Dear director' }
    const html = sheets({ ...real, targets: [target], doNotUseAfter: '2027-03-01' })
    expect(sheetsIn(html)[0]?.text).toContain('Dear director,')
    expect(sheetsIn(html)[0]?.text).not.toContain('Not to be sent after')
    expect(visibleText(html)).toContain('Not to be sent after 1 March 2027.')
  })

  it('is named when the campaign has no words in the target’s language', () => {
    const target = { ...director, locale: 'de', salutation: { en: 'Dear director', de: 'Sehr geehrter Herr Direktor' } }
    const html = sheets({ ...real, targets: [target] })
    expect(visibleText(html)).toContain(
      'This person reads German, but the campaign has no text in that language. The letter below is in English.',
    )
    expect(sheetsIn(html)[0]?.attributes.lang).toBe('en')
    expect(sheetsIn(html)[0]?.text).toContain('Dear director')
    expect(visibleText(sheets(real))).not.toContain('the campaign has no text in that language')
  })
})

describe('the sheets of an open campaign', () => {
  it('exist once for each target with post or fax, in the order of the campaign', () => {
    const only = (id: string, channels: (typeof director)['channels']) => ({ ...director, id, role: id, channels })
    const targets = [
      only('faxed', { fax: ['+999 555 0111', '+999 555 0112'] }),
      only('phoned', { phone: ['+999 555 0113'], web: ['https://phoned.example/form'] }),
      only('posted', { post: ['1 Quay', 'Hollowmere'] }),
    ]
    const html = sheets({ ...real, targets })
    const [faxed, posted, ...more] = sheetsIn(html).map((sheet) => sheet.text)
    expect(more).toEqual([])
    for (const part of ['faxed', '+999 555 0111', '+999 555 0112']) expect(faxed).toContain(part)
    expect(posted).toContain('posted1 QuayHollowmere')
    expect(posted).not.toContain('Fax')
    expect(visibleText(html).split('No postal address or fax number')[1]).toContain('+999 555 0113')
    expect(targets.map(hasPostalChannel)).toEqual([true, false, true])
  })

  it('have blanks for own words and a signature', () => {
    const [sheet] = sheetsIn(sheets({ ...real, doNotUseAfter: '2027-03-01' }))
    for (const part of ['In my own words', 'Name', 'Place', 'Date', 'Signature']) expect(sheet?.text).toContain(part)
  })

  it('contain no workers’ addresses, no copies and no other channels', () => {
    const printed = sheetsIn(sheets(real))
      .map((sheet) => sheet.text)
      .join()
    for (const address of ['crew@example.org', 'copies@example.org', 'desk@example.org', 'director@line.invalid'])
      expect(printed).not.toContain(address)
  })

  it('of an invented case each have a notice', () => {
    for (const sheet of sheetsIn(sheets(ferry))) expect(sheet.text).toContain('This case is invented')
  })

  it('show markup in an organiser’s words as text', () => {
    const hostile = '<script>alert(1)</script>'
    const target = {
      ...director,
      role: hostile,
      salutation: hostile,
      channels: { post: [hostile], fax: ['+999 555 0101'] },
    }
    const html = sheets({ ...real, targets: [target] })
    expect(elements(html, 'script')).toEqual([])
    expect(visibleText(html)).toContain(hostile)
  })

  it('are linked while the campaign is open and has a target with post or fax', () => {
    const page = (campaign: Campaign) =>
      elements(
        String(<CampaignPage locale="kk" settings={settings} campaign={campaign} stamp="stamp" now={now} />),
        'a',
      ).flatMap(({ attributes }) => (attributes.href?.includes('/letter') ? [attributes.href] : []))
    expect(page(real)).toEqual(['/kk/campaigns/ferry/letter'])
    expect(page({ ...real, status: 'closed' })).toEqual([])
    expect(page({ ...real, targets: [{ ...director, channels: { email: ['a@example.org'] } }] })).toEqual([])
    expect(elements(sheets(real, 'kk'), 'section').map(({ attributes }) => attributes.id)).toContain('to-director')
  })
})

describe.each(dead)('a campaign that is %s', (_, changed) => {
  it('warns on every sheet, in the reader’s and the target’s language, against sending, and has no place to sign', () => {
    const over: Campaign = { ...real, ...changed }
    const found = sheetsIn(sheets(over, 'fr'))
    expect(found).toHaveLength(1)
    for (const { text } of found) {
      expect(text).toContain('Please do not send this letter any more')
      expect(text).toContain('N’envoyez plus cette lettre')
      expect(text).not.toMatch(/Signature|In my own words|From/)
    }
    const html = sheets(over)
    expect(elements(html, 'h1')[0]?.text).toBe('The letters of this campaign')
    expect(html).not.toMatch(/href="(mailto|tel):/)
    expect(html).toContain('content="noindex"')
  })

  it('has a notice at the head of the plain text and no invitation to write', () => {
    const written = text({ ...real, ...changed })
    expect(written.split('\n\n')[0]).toMatch(/closed|Won|This appeal ended/)
    expect(written).toContain('Who was written to')
    expect(written).not.toMatch(/Who to write to|A letter you can use|Start with|Send copies to|Use this text until/)
    expect(written).toContain('director@line.invalid')
  })
})

describe('a campaign under review', () => {
  it('has no sheets and no plain text', () => {
    const lapsed: Campaign = { ...real, people: [{ ...named, until: '2026-11-27' }] }
    for (const shown of [sheets(lapsed), text(lapsed)]) {
      expect(shown).toContain('under review')
      expect(shown).not.toMatch(/Ferry crew|Director|Mara|Quay|Crew Desk|night shift/)
    }
  })
})

describe('the plain text of an open campaign', () => {
  it('has the last day of use, and an instruction for later', () => {
    const written = text({ ...real, closes: '2027-04-01', doNotUseAfter: '2027-03-01' }).replace(/\s+/g, ' ')
    expect(written).toContain('Use this text until 1 March 2027. After that day, please do not act on this text')
    expect(text(real)).toContain('This text has no end date.')
  })

  it('has the letter, events, figures with sources, and the salutation of each target', () => {
    const written = text(real)
    for (const part of ['Dear director,', '28 November 2026, 16:00–17:30', 'at least 1,010 passengers a day'])
      expect(written).toContain(part)
    expect(written).toContain('Start with: Dear director')
    expect(written).toContain('\n  https://ferry.example/report\n')
  })

  it('marks events as cancelled or over', () => {
    const [picket] = ferry.events
    if (picket === undefined) throw new Error('the ferry has no picket')
    const events = [
      { ...picket, id: 'called-off', title: 'Called off', cancelled: true },
      { ...picket, id: 'past', title: 'Past', start: '2026-11-20T16:00', end: '2026-11-20T17:00' },
    ]
    const written = text({ ...real, events: [...events, picket] })
    expect(written).toContain('Called off\nThis event has been cancelled.\n')
    expect(written).toContain('Past\nThis event is over.\n')
    expect(written).toContain('Picket\nSaturday')
  })

  it('breaks no address, however long', () => {
    const line = 'The Permanent Secretariat of the Standing Committee on the Supervision of Ferries, Room 12'
    const email = `${'a'.repeat(60)}@${'long-name.'.repeat(5)}example`
    const target = { ...director, channels: { post: [line, 'Hollowmere'], email: [email] } }
    const written = text({ ...real, targets: [target] }).split('\n')
    expect(written.some((found) => found.endsWith(`: ${line}`))).toBe(true)
    expect(written.some((found) => found.endsWith(`: ${email}`))).toBe(true)
  })

  it('has a notice in the reader’s language when it is not translated', () => {
    const words = { en: ferry.words.en } as Campaign['words']
    expect(text({ ...real, words }, 'es')).toMatch(/^Esta campaña aún no está en tu idioma/)
  })
})

describe('the last day on which a campaign may be used', () => {
  it('is the first day on which the campaign closes or expires, or a name must be removed', () => {
    const people = [{ ...named, until: '2027-02-01' }]
    expect(lastDayOfUse({ ...real, closes: '2027-03-01', doNotUseAfter: '2027-04-01', people })).toBe('2027-02-01')
    expect(lastDayOfUse({ ...real, closes: '2027-03-01', doNotUseAfter: '2027-04-01' })).toBe('2027-03-01')
    expect(lastDayOfUse(real)).toBeUndefined()
  })
})
