import type { Campaign, CampaignWords } from '../../src/campaigns/campaign.ts'
import type { Block } from '../../src/campaigns/text/prose.ts'
import type { MailSender } from '../../src/emails/template/template-context.ts'

export const LOCALES = ['en', 'ru', 'fr', 'es', 'kk', 'ar'] as const

export const sender: MailSender = {
  publicUrl: 'https://act.example.org',
  senderName: 'Solidarity Desk',
  postalAddress: 'Solidarity Desk, 12 Invented Street, Hollowmere',
  locales: LOCALES,
}

export const paragraph = (text: string): Block => ({ kind: 'paragraph', children: [{ kind: 'text', text }] })

const prose = (locale: string): Block[] => [
  paragraph(`The night shift of the ferry stopped work (${locale}).`),
  { kind: 'heading', children: [{ kind: 'text', text: 'What happened' }] },
  {
    kind: 'list',
    ordered: true,
    start: 3,
    items: [[paragraph('The gate jammed.')], [paragraph('Nobody came.'), paragraph('Nobody.')]],
  },
  { kind: 'list', ordered: false, start: 1, items: [[paragraph('Four dismissed.')]] },
  { kind: 'quote', children: [paragraph('There is no one here at the moment.')] },
  { kind: 'rule' },
  {
    kind: 'paragraph',
    children: [
      { kind: 'strong', children: [{ kind: 'text', text: 'Read' }] },
      { kind: 'text', text: ' ' },
      {
        kind: 'link',
        url: 'https://ferry.example/report?a=1&b=2',
        children: [{ kind: 'emphasis', children: [{ kind: 'text', text: 'the report' }] }],
      },
      { kind: 'break' },
      { kind: 'image', url: 'https://ferry.example/gate.jpg', alt: 'The jammed gate' },
    ],
  },
]

export const wordsOf = (locale: string): CampaignWords => ({
  title: `Ferry crew dismissed (${locale})`,
  summary: 'Four dismissed after they stopped an unsafe ferry.',
  subjects: { appeal: `Take back the ferry crew (${locale})` },
  author: { name: 'M. L.', office: 'speaker of the crew' },
  dateline: 'Hollowmere, 1 November 2026',
  demands: ['Take back the four.', 'Mend the gate.'],
  stale: false,
  appeal: prose(locale),
  letter: [paragraph('Dear director,')],
  support: [paragraph('A line is enough.')],
  updates: [{ id: 'gate', date: '2026-11-14', title: `The gate is mended (${locale})`, body: prose(locale) }],
  corrections: [
    { id: '2026-11-15', date: '2026-11-15', title: `The picket is on Friday (${locale})`, body: prose(locale) },
  ],
})

/** An invented campaign that uses every field. */
export const ferry: Campaign = {
  slug: 'ferry',
  kind: 'appeal',
  invented: true,
  status: 'open',
  opened: '2026-11-01',
  openedKnownTo: 'day',
  country: 'KZ',
  places: ['Hollowmere'],
  topics: ['transport'],
  organisations: [
    { id: 'crew', role: 'workers', name: 'Ferry Crew' },
    { id: 'line', role: 'employer', name: { en: 'Hollow Line', ru: 'Пустая линия' } },
    {
      id: 'desk',
      role: 'relay',
      name: 'Crew Desk',
      url: 'https://desk.example/',
      contact: { email: ['desk@example.org'] },
    },
  ],
  targets: [
    {
      id: 'director',
      role: { en: 'Director', ru: 'Директор' },
      organisation: 'line',
      locale: 'en',
      salutation: 'Dear director',
      channels: {
        post: ['Hollow Line', '1 Quay'],
        fax: ['+999 555 0101'],
        phone: ['+999 555 0102'],
        email: ['director@line.invalid'],
      },
      ladder: ['own-mailbox'],
    },
  ],
  copies: [{ id: 'copy', name: 'Crew Desk', channels: { email: ['copies@example.org'] } }],
  support: [{ id: 'crew', name: 'Ferry Crew', channels: { email: ['crew@example.org'] } }],
  events: [
    {
      id: 'picket',
      title: 'Picket',
      start: '2026-11-28T16:00',
      end: '2026-11-28T17:30',
      zone: 'Europe/London',
      place: '1 Quay',
      sequence: 0,
      cancelled: false,
    },
  ],
  sources: [
    {
      id: 'report',
      title: 'Report of the crew',
      publisher: 'Ferry Crew',
      date: '2026-10-30',
      url: 'https://ferry.example/report',
      via: 'Crew Desk',
    },
  ],
  claims: [
    {
      figure: 1_010,
      bound: 'at-least',
      unit: 'passengers a day',
      saidBy: 'the crew',
      source: 'report',
      date: '2026-10-30',
    },
    { figure: 12, bound: 'up-to', unit: 'passengers a day', saidBy: 'the company' },
  ],
  people: [],
  revision: '0123456789ab',
  words: Object.fromEntries(LOCALES.map((locale) => [locale, wordsOf(locale)])),
}
