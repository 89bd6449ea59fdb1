import { describe, expect, it } from 'vitest'
import { OtherWaysPage } from '../../../src/actions/letters/pages/other-ways.tsx'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import { CampaignPage } from '../../../src/campaigns/pages/pages.tsx'
import { elements, visibleText } from '../../support/html.ts'
import { readMailto } from '../../support/mailto.ts'
import { testSettings } from '../../support/supporter-world.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const settings = await testSettings()
const sample = bundled.find(({ slug }) => slug === 'river-street-bakery')
if (sample === undefined) throw new Error('the demonstration appeal is not bundled')

const pageOf = (changed: Partial<Campaign> = {}, locale = 'en') =>
  String(<OtherWaysPage locale={locale} settings={settings} campaign={{ ...sample, ...changed }} />)
const letters = (page: string) =>
  elements(page, 'a')
    .map(({ attributes }) => attributes.href ?? '')
    .filter((href) => /^mailto:[^?]+\?|mail\.google|outlook|yahoo/.test(href))
const withTarget = (id: string, changed: Partial<Campaign['targets'][number]>) => ({
  targets: sample.targets.map((target) => (target.id === id ? { ...target, ...changed } : target)),
})

describe('writing from one’s own mailbox', () => {
  it('is offered only for targets with own-mailbox on the ladder', () => {
    const hrefs = letters(pageOf())
    expect(hrefs).toHaveLength(5)
    expect(readMailto(hrefs[0] ?? '').to).toEqual(['director@fennick-vale.invalid'])
    expect(letters(pageOf(withTarget('managing-director', { ladder: ['each'] })))).toEqual([])
  })

  it('is reached by the button of an open case, and no page of another case leads there', () => {
    const lapsed = sample.people.map((person) => ({ ...person, until: '2026-11-21' }))
    const over: Partial<Campaign>[] = [
      { status: 'closed' },
      { status: 'won' },
      { closes: '2026-11-21' },
      { doNotUseAfter: '2026-11-21' },
      { people: lapsed },
    ]
    const leadsThere = (changed: Partial<Campaign>) =>
      String(
        <CampaignPage locale="en" settings={settings} campaign={{ ...sample, ...changed }} stamp="stamp" now={now} />,
      ).includes(`href="/en/campaigns/${sample.slug}/write"`)
    for (const changed of over) expect(leadsThere(changed)).toBe(false)
    expect(leadsThere({ closes: '2026-11-22', doNotUseAfter: '2026-11-22' })).toBe(true)
    expect(leadsThere({ targets: sample.targets.filter(({ ladder }) => ladder.includes('own-mailbox')) })).toBe(true)
  })

  it('explains what the target will see before any link', () => {
    const text = visibleText(pageOf())
    const notice = text.indexOf('They will see your name, your email address and who gets a copy')
    expect(notice).toBeGreaterThan(0)
    expect(notice).toBeLessThan(text.indexOf('Write in my email app'))
  })

  it('sends no referrer to a web mail', () => {
    const web = elements(pageOf(), 'a').filter(({ attributes }) => /^https:.*body=/.test(attributes.href ?? ''))
    expect(web.map(({ text }) => text)).toEqual(['Gmail', 'Outlook.com', 'Microsoft 365', 'Yahoo'])
    for (const { attributes } of web)
      expect(attributes).toMatchObject({ rel: 'noopener noreferrer', referrerpolicy: 'no-referrer' })
  })

  it('shows the whole letter for copying, read-only, with a label, in its own language and direction', () => {
    const page = pageOf(withTarget('managing-director', { locale: 'ar' }))
    const [letter] = elements(page, 'textarea')
    expect(letter?.attributes).toMatchObject({ lang: 'ar', dir: 'rtl', readonly: expect.anything() })
    expect(letter?.text).toMatch(/^السيدة المديرة العامة،/)
    const [label] = elements(page, 'label').filter(({ attributes }) => attributes.for === letter?.attributes.id)
    expect(label?.text).toBe('Letter')
    expect(visibleText(page)).toContain('A link can hold only the beginning of this letter')
  })

  it('has a notice when the letter is not in the target’s language or is a stale translation', () => {
    expect(visibleText(pageOf())).not.toContain('no letter in their language')
    expect(visibleText(pageOf(withTarget('managing-director', { locale: 'lv' })))).toContain(
      'There is no letter in their language yet. This one is in: English.',
    )
    const { fr } = sample.words
    if (fr === undefined) throw new Error('the demonstration appeal is not in French')
    const behind = { words: { ...sample.words, fr: { ...fr, stale: true } } }
    const page = pageOf({ ...behind, ...withTarget('managing-director', { locale: 'fr' }) })
    expect(visibleText(page)).toContain('The English text has changed since this translation was made')
  })

  it('links a shortened letter to the page in its language', () => {
    const [mailto = ''] = letters(pageOf(withTarget('managing-director', { locale: 'ru' })))
    expect(readMailto(mailto).body).toMatch(
      new RegExp(`Письмо целиком: ${settings.publicUrl}/ru/campaigns/river-street-bakery/more$`),
    )
  })

  it('shows the addresses for copying when they are too long for a link', () => {
    const email = Array.from({ length: 30 }, (_, n) => `${'a'.repeat(60)}${n}@line.invalid`)
    const page = pageOf(withTarget('managing-director', { channels: { email } }))
    expect(letters(page)).toEqual([])
    expect(visibleText(page)).toContain('These addresses are too long for a link')
    expect(visibleText(page)).toContain(email.join(', '))
  })
})
