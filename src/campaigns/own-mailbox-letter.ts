import { translator } from '../kit/page-texts.ts'
import { type Campaign, type CampaignWords, textIn, wordsIn } from './campaign.ts'
import { encodeText, type MailDraft, mailtoUri, type WebMailLink, webMailLinks } from './compose-links.ts'
import type { Channels } from './definition.ts'
import { letterLocale, type Target } from './letter-language.ts'
import { withAbsoluteLinks } from './text/absolute-links.ts'
import { demandsBelow } from './text/letter-demands.ts'
import { oneLine, paragraphsOf } from './text/letter-text.ts'
import { salutationLine } from './text/salutation.ts'

/**
 * The letter of `own-mailbox` on the ladder (DESIGN §5.6), which the supporter's own mail program or web mail sends. No
 * server takes part, and no letter is counted.
 */

/**
 * Most characters of a mailto URI, escapes included. Windows passes about 2,000 to a program; browsers and mail
 * programs cut longer URIs anywhere, or open nothing.
 */
export const MAX_MAILTO_CHARS = 2_000

export type OwnLetter = {
  /** Language of the letter, as `letterLocale` chooses. */
  locale: string
  to: string[]
  /** Addresses of the copies, visible to the target. */
  cc: string[]
  subject: string
  /** The whole letter as plain text; lines end with `\n`. */
  text: string
  /**
   * Links that open the letter. Undefined when the target has no address, or when the addresses alone exceed the limit
   * of a link.
   */
  links?: {
    mailto: string
    webMail: WebMailLink[]
    /** False when the links contain only the beginning of the letter and the address of the whole letter. */
    whole: boolean
  }
}

/**
 * The letter to one target. Does not check whether the campaign is open; see `campaignStatus`.
 * @param pageIn returns the absolute URL of the campaign's page in a language, which shows the whole letter
 */
export function ownLetter(campaign: Campaign, target: Target, pageIn: (locale: string) => string): OwnLetter {
  const locale = letterLocale(campaign, target)
  const words = wordsIn(campaign, locale)
  const { origin } = new URL(pageIn(locale)) // PUBLIC_URL has no path
  const parts = partsOf(
    { ...words, letter: withAbsoluteLinks(words.letter ?? [], origin) },
    salutationLine(oneLine(textIn(target.salutation, locale)), locale),
    locale,
  )
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

/** A letter in parts. Paragraphs are cut when the letter is too long; `own` and `name` are places for the writer's own words. */
type LetterParts = { salutation: string; paragraphs: string[]; own: string; name: string }

function partsOf({ letter = [], demands }: CampaignWords, salutation: string, locale: string): LetterParts {
  const t = translator(locale)
  const paragraphs = paragraphsOf(letter).filter(
    (text, place) => place > 0 || salutationLine(text, locale) !== salutation,
  )
  const below = demandsBelow(letter, demands)
  if (below.length > 0) {
    const numbered = below.map((demand, place) => `${place + 1}. ${oneLine(demand)}`)
    paragraphs.push(`${t('write.demands')}\n\n${numbered.join('\n')}`)
  }
  return { salutation, paragraphs, own: t('write.own'), name: t('write.name') }
}

const textOf = ({ salutation, paragraphs, own, name }: LetterParts, ...rest: string[]): string =>
  [salutation, own, ...paragraphs, name, ...rest].join('\n\n')

/**
 * Shortens a draft to the limit of a link. Cuts whole paragraphs from the end first, then the salutation and the
 * closing, then the subject between graphemes. Addresses are never cut: undefined when they do not fit.
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

/**
 * The e-mail addresses of contacts without duplicates. Campaign files contain no address with white space; removing
 * white space here is a second check.
 */
const addressesOf = (contacts: ReadonlyArray<{ channels: Channels }>): string[] => [
  ...new Set(
    contacts.flatMap(({ channels }) => channels.email ?? []).map((email) => email.replace(/[\s\p{Cc}]+/gu, '')),
  ),
]
