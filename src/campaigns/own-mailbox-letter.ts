import { translator } from '../kit/page-texts.ts'
import { type Campaign, type CampaignWords, textIn, wordsIn } from './campaign.ts'
import { encodeText, type MailDraft, mailtoUri, type WebMailLink, webMailLinks } from './compose-links.ts'
import type { Channels } from './definition.ts'
import { letterLocale, type Target } from './letters.ts'
import { oneLine, paragraphsOf } from './text/letter-text.ts'
import type { Prose } from './text/prose.ts'

/**
 * The way `own-mailbox` of the delivery ladder (DESIGN §5.6): a letter to one target that the supporter's own mail program or web mail sends.
 * No server has a part in it and nobody is counted.
 */

/**
 * Characters of a mailto URI, escapes included. Windows hands a program some 2,000 of them, and browsers and mail programs cut longer ones
 * anywhere, or open nothing.
 */
export const MAX_MAILTO_CHARS = 2_000

export type OwnLetter = {
  /** The letter's language: the target's, or the nearest that there is one in. */
  locale: string
  to: string[]
  /** Addresses of those who get copies. The target sees them. */
  cc: string[]
  subject: string
  /** The whole letter as plain text, lines ended by `\n`. */
  text: string
  /** What can be followed to write; none without an address, or where the addresses alone are longer than a link may be. */
  links?: {
    mailto: string
    webMail: WebMailLink[]
    /** False where the links hold only the beginning of the letter, and then say where the whole of it is. */
    whole: boolean
  }
}

/**
 * @param pageIn the absolute address of the campaign's page in a language, where the whole letter can be read
 * Whether anybody may still be asked to write is not looked at here: see `standingOf`.
 */
export function ownLetter(campaign: Campaign, target: Target, pageIn: (locale: string) => string): OwnLetter {
  const locale = letterLocale(campaign, target)
  const words = wordsIn(campaign, locale)
  const parts = partsOf(words, oneLine(textIn(target.salutation, locale)), locale)
  const to = addressesOf([target])
  const cc = addressesOf(campaign.copies).filter((copy) => !to.includes(copy))
  const subject = oneLine(words.title).trim()
  const text = textOf(parts)
  const rest = `${translator(locale)('write.whole')} ${pageIn(locale)}`
  const draft = to.length > 0 ? fitToLink({ to, cc, subject, body: text }, parts, rest) : undefined
  const letter = { locale, to, cc, subject, text }
  if (draft === undefined) return letter
  const links = { mailto: mailtoUri(draft), webMail: webMailLinks(draft), whole: draft.body === text }
  return { ...letter, links }
}

/** A letter from its beginning to its end. When it has to be shorter, paragraphs go; the rest makes it somebody's own. */
type LetterParts = { salutation: string; paragraphs: string[]; own: string; name: string }

function partsOf({ letter = [], demands }: CampaignWords, salutation: string, locale: string): LetterParts {
  const t = translator(locale)
  const paragraphs = paragraphsOf(letter).filter((text, place) => place > 0 || text !== salutation)
  if (demands.length > 0 && !holdsDemands(letter, demands)) {
    const numbered = demands.map((demand, place) => `${place + 1}. ${oneLine(demand)}`)
    paragraphs.push(`${t('write.demands')}\n\n${numbered.join('\n')}`)
  }
  return { salutation, paragraphs, own: t('write.own'), name: t('write.name') }
}

/** Letters put demands in their own words, and then as a list; or they repeat each as it stands. */
const holdsDemands = (letter: Prose, demands: readonly string[]): boolean =>
  letter.some(({ kind }) => kind === 'list') ||
  demands.every((demand) => paragraphsOf(letter).some((text) => text.includes(demand)))

const textOf = ({ salutation, paragraphs, own, name }: LetterParts, ...rest: string[]): string =>
  [salutation, ...paragraphs, own, name, ...rest].join('\n\n')

/**
 * The draft as long as a link may hold it. Paragraphs are cut from the end, all or nothing of each; then the frame around them; last of
 * all the subject, between two characters as a reader sees them. Addresses stay whole: without room for them there is no draft.
 */
function fitToLink(whole: MailDraft, parts: LetterParts, rest: string): MailDraft | undefined {
  if (fits(whole)) return whole
  const framed = { ...whole, body: textOf({ ...parts, paragraphs: [] }, rest) }
  if (fits(framed)) {
    let room = MAX_MAILTO_CHARS - mailtoUri(framed).length
    const fittingCount = parts.paragraphs.findIndex((text) => {
      room -= encodeText(`\n\n${text}`).length
      return room < 0
    })
    return { ...framed, body: textOf({ ...parts, paragraphs: parts.paragraphs.slice(0, fittingCount) }, rest) }
  }
  const bare = { ...whole, body: rest }
  return fits(bare) ? bare : shortenSubject(bare)
}

function shortenSubject(draft: MailDraft): MailDraft | undefined {
  let shorter: MailDraft | undefined
  for (const { index, segment } of new Intl.Segmenter().segment(draft.subject)) {
    const longer = { ...draft, subject: `${draft.subject.slice(0, index + segment.length).trimEnd()}…` }
    if (!fits(longer)) break
    shorter = longer
  }
  return shorter
}

const fits = (draft: MailDraft): boolean => mailtoUri(draft).length <= MAX_MAILTO_CHARS

/** Each once. Campaign files hold no address with a space or a line break in it, and here none gets any further. */
const addressesOf = (contacts: ReadonlyArray<{ channels: Channels }>): string[] => [
  ...new Set(
    contacts.flatMap(({ channels }) => channels.email ?? []).map((email) => email.replace(/[\s\p{Cc}]+/gu, '')),
  ),
]
