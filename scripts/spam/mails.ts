import { isDated, wordsIn } from '../../src/campaigns/campaign.ts'
import { bundledCampaign } from '../../src/campaigns/catalogue.ts'
import {
  automaticHeaders,
  type Headers,
  languageOf,
  listHeaders,
  queuedHeaders,
  unsubscribeHeaders,
} from '../../src/emails/headers.ts'
import { copiesMail, digestMail, supportMail } from '../../src/emails/letters/digest.ts'
import { letterTemplate } from '../../src/emails/letters/letter.ts'
import { BULK_EMAILS, EMAILS, type Email, type Mailbox, type Values } from '../../src/emails/message.ts'
import { messageId } from '../../src/emails/message-id.ts'
import { sampleValues } from '../../src/emails/preview.ts'
import { compile } from '../../src/emails/template/compile.ts'
import type { Template } from '../../src/emails/template/template.ts'
import type { MailSender } from '../../src/emails/template/template-context.ts'
import { bulkValues, welcomeValues } from '../../src/emails/values.ts'
import { mergeMessage } from '../../src/transports/merge/merge-message.ts'
import { toMime } from '../../src/transports/mime/mime.ts'

/** A mail as it would leave: its kind, its language, its Message-ID without angle brackets, and its bytes. */
export type SampleMail = { kind: string; locale: string; id: string; bytes: Uint8Array }

const SENDER: MailSender = {
  publicUrl: 'https://act.bellwether.org',
  senderName: 'Bellwether Solidarity Network',
  postalAddress: 'Bellwether Solidarity Network, 12 Invented Street, Hollowmere',
  locales: ['en', 'ru', 'fr', 'es', 'kk', 'ar'],
}
const FROM: Mailbox = { name: SENDER.senderName, address: 'campaigns@bellwether.org' }
const READER: Mailbox = { address: 'alex.sample@bellwether.org' }
const UNSUBSCRIBE = `${SENDER.publicUrl}/unsubscribe/${'sample-token'.repeat(14)}`
const CAN_BE_LEFT = ['welcome', ...BULK_EMAILS, 'news']
const WRITERS = [
  {
    name: 'Alex Sample',
    place: 'Farhaven',
    text: 'I stand with the bakers of River Street and ask you to listen to them.',
  },
  { name: 'Айгүл Мысал', place: 'Алматы', text: 'Наубайшылардың талаптары әділ. Олармен сөйлесуіңізді сұраймын.' },
  { name: 'ليلى مثال', text: 'أطلب منكم أن تستمعوا إلى العمال.' },
]

type Made = { kind: string; template: Template; headers: Headers; from?: Mailbox; replyTo?: Mailbox; values?: Values }

/** Mails of every kind in every language, for a person who gave a name and for one who gave none. `now` in epoch ms. */
export async function sampleMails(now: number): Promise<SampleMail[]> {
  const made = (
    await Promise.all(SENDER.locales.map(async (locale) => [...(await queued(locale)), ...letters(locale)]))
  ).flat()
  return Promise.all(
    made.map(async ({ kind, template, headers, from = FROM, replyTo, values = {} }, n) => {
      const id = messageId(kind, `${n}`, 'act.bellwether.org')
      const message = mergeMessage(
        {
          template,
          recipients: [],
          from,
          ...(replyTo && { replyTo }),
          headers: { ...headers, ...languageOf(template) },
          date: now,
        },
        { to: READER, values, headers: {}, messageId: id },
      )
      return { kind, locale: template.locale, id, bytes: await toMime(message) }
    }),
  )
}

const campaignOf = (slug: string) => {
  const campaign = bundledCampaign(slug)
  if (campaign === undefined) throw new Error(`there is no campaign ${slug}`)
  return campaign
}

/** The e-mails of templates. Each is made twice: with a name, and with the greeting of a person who gave none. */
async function queued(locale: string): Promise<Made[]> {
  const campaign = campaignOf('river-street-bakery')
  const updates = campaign.words[locale]?.updates ?? []
  const [update] = updates
  // The campaign has no mistake to correct: its update is corrected.
  const words = { ...campaign.words, [locale]: { ...wordsIn(campaign, locale), corrections: updates } }
  const all = await Promise.all(
    EMAILS.map(async (email) => {
      const input = {
        email,
        locale,
        sender: SENDER,
        campaign: { ...campaign, words },
        ...(isDated(email) && update && { updateId: update.id }),
      }
      const { template } = await compile(input)
      const values = sampleValues(email, locale, SENDER)
      const leave = CAN_BE_LEFT.includes(email) ? unsubscribeHeaders(UNSUBSCRIBE) : {}
      const headers = { ...queuedHeaders(email, SENDER, campaign.slug), ...leave }
      return [values, ...withoutName(email, locale)].map((values) => ({ kind: email, template, headers, values }))
    }),
  )
  return all.flat()
}

/** The values of a reader who gave no name, for the e-mails that greet. */
function withoutName(email: Email, locale: string): Values[] {
  const reader = { locales: [locale] }
  if (email === 'welcome') return [welcomeValues({}, locale, { unsubscribe: UNSUBSCRIBE })]
  return BULK_EMAILS.some((bulk) => bulk === email) ? [bulkValues(reader, locale, { unsubscribe: UNSUBSCRIBE })] : []
}

/** The mails that carry what people wrote: a letter, and letters, copies and messages gathered. */
function letters(locale: string): Made[] {
  const campaign = campaignOf('river-street-bakery')
  const [first] = campaign.targets
  if (first === undefined) throw new Error('the campaign has no target')
  const target = { ...first, locale }
  const [writer] = WRITERS
  if (writer === undefined) throw new Error('there are no writers')
  const person = { name: writer.name, place: writer.place, sentence: writer.text }
  const copies = listHeaders({ sender: SENDER, campaign: campaign.slug, email: 'copies' })
  return [
    {
      kind: 'letter-to-target',
      template: letterTemplate(campaign, target, person, SENDER),
      headers: {},
      from: { name: `${writer.name} via ${SENDER.senderName}`, address: FROM.address },
      replyTo: { name: writer.name, address: 'alex@writers.bellwether.org' },
    },
    { kind: 'digest', template: digestMail(campaign, target, WRITERS, SENDER), headers: automaticHeaders() },
    {
      kind: 'copies',
      template: copiesMail(campaign, { locale }, [target], WRITERS, UNSUBSCRIBE, SENDER),
      headers: { ...copies, ...unsubscribeHeaders(UNSUBSCRIBE) },
    },
    { kind: 'support', template: supportMail(campaign, { locale }, WRITERS, SENDER), headers: automaticHeaders() },
  ]
}
