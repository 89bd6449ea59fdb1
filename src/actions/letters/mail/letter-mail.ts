import type { Campaign } from '../../../campaigns/campaign.ts'
import { deliverableTargets, type Target } from '../../../campaigns/letter-language.ts'
import { type BatchHeader, hasAccepted } from '../../../delivery/batch.ts'
import { automaticHeaders, type Headers, languageOf, listHeaders, unsubscribeHeaders } from '../../../emails/headers.ts'
import { copiesMail, type DigestMailEntry, digestMail, supportMail } from '../../../emails/letters/digest.ts'
import type { Attachment } from '../../../emails/message.ts'
import { messageId } from '../../../emails/message-id.ts'
import { senderOf } from '../../../emails/sender.ts'
import type { Template } from '../../../emails/template/template.ts'
import type { Settings } from '../../../env.ts'
import { defined } from '../../../kit/defined.ts'
import { FALLBACK_LOCALE } from '../../../kit/locales.ts'
import { absolute, paths } from '../../../paths.ts'
import type { Address } from '../../../security/address.ts'
import type { Batch } from '../../../transports/transport.ts'
import type { RevisionState } from '../../revision-state.ts'
import { createStopLink } from '../../writers/stop-link.ts'
import { type Addressee, addresseesOf, addressesInCc, idOf, kindOf } from '../addressees.ts'
import { placeOfLetter, sealedLetter } from '../letter.ts'
import type { LetterRow } from '../letter-rows.ts'
import type { LetterState } from '../letter-state.ts'
import { wishLink } from '../wishes/wish-link.ts'
import { sealedDigestEntry } from './digest-entry.ts'
import { printableLetters } from './printable-letters.ts'

/** The settings, tables and campaign that mails are composed from. */
export type LetterMailContext = {
  settings: Settings
  slug: string
  state: LetterState
  revisions: RevisionState
  /** By key, of the current revision of the campaign. */
  addressees: ReadonlyMap<string, Addressee>
}

/** A mail, without the texts at the positions `unreadable`, which do not open; null if no text opens. Its date is the first attempt. */
type LetterMail = { mail: Omit<Batch, 'date'> | null; unreadable: readonly number[] }

/**
 * Composes the mail of a batch for the people at these positions. `rows` are the batch's letters. The same batch gives the same bytes, so
 * that an unanswered call can be repeated. Texts that cannot be decrypted are left out.
 * @throws Error when a part of the mail is missing
 */
export async function composeMail(
  context: LetterMailContext,
  head: BatchHeader,
  rows: readonly LetterRow[],
  positions: readonly number[],
): Promise<LetterMail> {
  const { recipients } = context.state.ledger.body(head.id)
  if (recipients === null) throw new Error('the text of this mail was deleted')
  const [row] = rows
  if (row === undefined) throw new Error('the batch of this mail has no letters')
  return recipients.length > 0 ? composeSingle(context, row, recipients) : composeDigest(context, head, rows, positions)
}

async function composeSingle(
  context: LetterMailContext,
  { draft, addressee, address, inCc }: LetterRow,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<LetterMail> {
  const { settings, slug } = context
  const place = placeOfLetter(slug, draft, addressee, address)
  const letter = await sealedLetter.open(settings.keys, place, sealed)
  if (letter === null) return { mail: null, unreadable: [0] }
  const { template, to, name, from = name, replyTo, cc: frozen } = letter
  const cc = !inCc ? [] : await stillInCc(context, frozen)
  const mail = {
    template,
    recipients: [{ to: { address: to }, values: {}, headers: {}, messageId: nameOf('letter', place, settings) }],
    from: { name: from, address: settings.senderAddress },
    replyTo: { name, address: replyTo },
    campaign: slug,
    headers: languageOf(template),
    ...(cc.length > 0 && { cc: cc.map((address) => ({ address })) }),
  }
  return { mail, unreadable: [] }
}

/**
 * The Cc addresses that a letter may still show: announced to the writer, still listed in Cc by the campaign, not bounced, and with copies
 * not stopped. Addresses that the campaign added later are left out.
 */
async function stillInCc(
  { settings, state, addressees }: LetterMailContext,
  frozen: readonly Address[],
): Promise<Address[]> {
  const stopped = new Set(state.schedule.stopped().map(({ target }) => target))
  const listed = new Set(addressesInCc([...addressees.values()].filter(({ key }) => !stopped.has(key))))
  const fingerprints = await Promise.all(frozen.map((one) => settings.fingerprint(one)))
  return frozen.filter((one, n) => listed.has(one) && !state.schedule.hasStoppedCopies(fingerprints[n] ?? ''))
}

async function composeDigest(
  context: LetterMailContext,
  head: BatchHeader,
  rows: readonly LetterRow[],
  positions: readonly number[],
): Promise<LetterMail> {
  const { settings, slug, revisions } = context
  const first = rows[0]
  if (first === undefined) throw new Error('the batch of this mail has no letters')
  const opened = await openEntries(context, head, rows, positions)
  const entries = opened.flatMap(({ entry }) => entry ?? [])
  const unreadable = opened.flatMap(({ position, entry }) => (entry === null ? [position] : []))
  if (entries.length === 0) return { mail: null, unreadable }
  const campaign = revisions.get(first.revision)
  const to = addresseesOf(campaign).get(first.addressee)?.addresses[first.address]
  if (to === undefined) throw new Error('the revision of this mail has no such address')
  // Entries that were left out of a mail that was accepted go later, in a mail of its own name.
  const name = hasAccepted(head) ? `${slug}/${head.id}/${positions[0]}` : `${slug}/${head.id}`
  const { template, headers, attachments } = await renderDigest(context, campaign, first, entries, name)
  const mail = {
    template,
    recipients: [{ to: { address: to }, values: {}, headers: {}, messageId: nameOf(template.email, name, settings) }],
    from: { name: settings.senderName, address: settings.senderAddress },
    ...(settings.replyTo !== undefined && { replyTo: { address: settings.replyTo } }),
    campaign: slug,
    headers: { ...headers, ...languageOf(template) },
    ...defined({ attachments }),
  }
  return { mail, unreadable }
}

/** The digest entries at these positions; null where an entry was deleted or does not open. */
function openEntries(
  { settings: { keys }, slug, state }: LetterMailContext,
  { id }: BatchHeader,
  rows: readonly LetterRow[],
  positions: readonly number[],
): Promise<Array<{ position: number; entry: DigestMailEntry | null }>> {
  const sealedEntries = state.rows.entriesOf(id)
  return Promise.all(
    positions.map(async (position) => {
      const [sealed, row] = [sealedEntries[position], rows[position]]
      if (!sealed || row === undefined) return { position, entry: null }
      const place = placeOfLetter(slug, row.draft, row.addressee, row.address)
      return { position, entry: await sealedDigestEntry.open(keys, place, sealed) }
    }),
  )
}

/** What differs between digests to targets, readers of copies and contacts of the workers. */
type DigestMailParts = { template: Template; headers: Headers; attachments?: readonly Attachment[] }

async function renderDigest(
  { settings, slug }: LetterMailContext,
  campaign: Campaign,
  { addressee, recipient, date }: LetterRow,
  entries: readonly DigestMailEntry[],
  name: string,
): Promise<DigestMailParts> {
  const sender = senderOf(settings)
  const kind = kindOf(addressee)
  if (kind === 'target') {
    const target = findAddressee(campaign.targets, addressee)
    const wish = await wishLink(settings, campaign, target, recipient, name, date)
    const template = digestMail(campaign, target, entries, sender, wish)
    const attachments = await printableLetters(campaign, target, entries, date, sender.publicUrl)
    return { template, headers: automaticHeaders(), attachments }
  }
  const reader = findAddressee(campaign[kind], addressee)
  if (kind === 'support')
    return { template: supportMail(campaign, reader, entries, sender), headers: automaticHeaders() }
  const { locale = FALLBACK_LOCALE } = reader
  const stop = { campaign: slug, what: 'copies', fingerprint: recipient, locale } as const
  const link = absolute(settings.publicUrl, paths.stop(await createStopLink(settings.keys, stop, name, date)))
  const template = copiesMail(campaign, reader, deliverableTargets(campaign), entries, link, sender)
  return {
    template,
    headers: { ...listHeaders({ sender, campaign: slug, email: 'copies' }), ...unsubscribeHeaders(link) },
  }
}

/** @throws Error when the revision does not have the addressee */
function findAddressee<One extends Target | Campaign['copies'][number]>(all: readonly One[], addressee: string): One {
  const one = all.find(({ id }) => id === idOf(addressee))
  if (one === undefined) throw new Error('the revision of this mail has no such addressee')
  return one
}

const nameOf = (kind: string, place: string, { publicUrl }: Settings): string =>
  messageId(kind, place, new URL(publicUrl).hostname)
