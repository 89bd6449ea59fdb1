import { type Campaign, textIn, wordsIn } from '../../campaigns/campaign.ts'
import { letterLocale, letterWords, type Target } from '../../campaigns/letter-language.ts'
import { proseForMail } from '../../campaigns/text/absolute-links.ts'
import { isolated, isolatedLine, isolatedLink } from '../../campaigns/text/isolates.ts'
import type { Prose } from '../../campaigns/text/prose.ts'
import { hang, proseText, TEXT_COLUMNS, tidy, titled, wrap } from '../../campaigns/text/prose-text.ts'
import { oneLine, withoutDirections } from '../../kit/characters.ts'
import { directionOf, FALLBACK_LOCALE } from '../../kit/locales.ts'
import { formatList, joinList } from '../../kit/page-texts.ts'
import { absolute, paths } from '../../paths.ts'
import { labelled, mailTexts } from '../mail-texts.ts'
import { dataToHtml } from '../template/escape.ts'
import { proseHtml } from '../template/prose-html.ts'
import type { Template } from '../template/template.ts'
import type { MailSender } from '../template/template-context.ts'
import { modelProse } from './letter.ts'
import { headingHtml, labelledLink, mailPage } from './mail-page.ts'

/** One writer's contribution to a digest. `text` may have several lines. */
export type DigestMailEntry = { name: string; place?: string | undefined; text: string }

/** Content of a mail that carries the words of several people: a digest, copies of letters, or messages of support. */
type DigestMailContent = {
  email: string
  locale: string // language of the campaign's texts
  subject: string
  intro: string
  model?: { heading: string; prose: Prose }
  entries: { heading: string; list: readonly DigestMailEntry[] }
  notes: readonly string[]
  links: ReadonlyArray<{ label: string; url: string }>
}

/**
 * Digest of letters to one target: the model letter once, then each writer's addition. The letters are also attached for
 * printing. `wish` is the URL of the page where the reader chooses how letters come.
 */
export function digestMail(
  campaign: Campaign,
  target: Target,
  entries: readonly DigestMailEntry[],
  sender: MailSender,
  wish?: string,
): Template {
  const locale = letterLocale(campaign, target)
  const { locale: spoken, t } = mailTexts(locale)
  const { title } = letterWords(campaign, target)
  const count = entries.length
  return renderDigest(
    {
      email: 'digest',
      locale,
      subject: t('digest.subject', { count, title }),
      intro: t('digest.intro', { count, sender: sender.senderName }),
      model: { heading: t('digest.letter'), prose: modelProse(campaign, target, sender.publicUrl) },
      entries: { heading: t('digest.added'), list: entries },
      notes: [t('digest.attached')],
      links: [
        { label: t('letter.about'), url: pageOf(campaign, spoken, sender) },
        ...(wish === undefined ? [] : [{ label: t('letter.wish'), url: wish }]),
      ],
    },
    sender,
  )
}

/** The reader of copies or messages. `locale` is the language of the mail, English if absent. */
type DigestReader = { locale?: string | undefined }

/** Mail with copies of letters for a reader who is not a target. `stop` is the URL that ends the copies. */
export function copiesMail(
  campaign: Campaign,
  reader: DigestReader,
  targets: readonly Target[],
  entries: readonly DigestMailEntry[],
  stop: string,
  sender: MailSender,
): Template {
  const locale = letterLocale(campaign, { locale: reader.locale ?? FALLBACK_LOCALE })
  const { locale: spoken, t } = mailTexts(locale)
  const { title, letter = [] } = wordsIn(campaign, locale)
  const count = entries.length
  const names = targets.map(({ name, role }) => isolated(locale, textIn(name ?? role, locale)))
  const list = formatList(spoken, names)
  return renderDigest(
    {
      email: 'copies',
      locale,
      subject: t('copies.subject', { count, title }),
      intro: t('copies.intro', { count, targets: list, sender: sender.senderName }),
      model: { heading: t('digest.letter'), prose: proseForMail(letter, locale, sender.publicUrl) },
      entries: { heading: t('digest.added'), list: entries },
      notes: [t('copies.why')],
      links: [
        { label: t('copies.stop'), url: stop },
        { label: t('letter.about'), url: pageOf(campaign, spoken, sender) },
      ],
    },
    sender,
  )
}

/** Mail with messages of support. Only the workers receive it. */
export function supportMail(
  campaign: Campaign,
  reader: DigestReader,
  entries: readonly DigestMailEntry[],
  sender: MailSender,
): Template {
  const locale = letterLocale(campaign, { locale: reader.locale ?? FALLBACK_LOCALE })
  const { locale: spoken, t } = mailTexts(locale)
  const count = entries.length
  return renderDigest(
    {
      email: 'support',
      locale,
      subject: t('support.subject', { count, title: wordsIn(campaign, locale).title }),
      intro: t('support.intro', { count, sender: sender.senderName }),
      entries: { heading: t('support.messages'), list: entries },
      notes: [t('support.only-you')],
      links: [{ label: t('letter.about'), url: pageOf(campaign, spoken, sender) }],
    },
    sender,
  )
}

const pageOf = ({ slug }: Campaign, locale: string, sender: MailSender): string =>
  absolute(sender.publicUrl, paths.campaign(locale, slug))

function renderDigest(content: DigestMailContent, sender: MailSender): Template {
  const { email, locale, subject } = content
  const title = oneLine(subject)
  const postal = isolated(locale, oneLine(sender.postalAddress))
  const html = digestHtml(content, title, postal)
  return {
    email,
    locale,
    hash: '',
    subject: [isolatedLine(locale, title)],
    html: [html],
    text: [digestText(content, postal)],
  }
}

function digestHtml({ locale, intro, model, entries, notes, links }: DigestMailContent, title: string, postal: string) {
  const direction = directionOf(locale)
  const letter = model === undefined ? [] : [headingHtml(model.heading), proseHtml(model.prose, direction)]
  const items = entries.list.map((one) => {
    const words = linesOf(one.text).map(dataToHtml).join('<br>')
    const signature = `<strong>${dataToHtml(signed(one, locale))}</strong>`
    return `<li><p dir="auto" style="margin:0 0 18px;text-align:start">${words}<br>${signature}</p></li>`
  })
  return mailPage({
    locale,
    title,
    content: [
      `<p style="margin:0 0 16px">${dataToHtml(intro)}</p>`,
      ...letter,
      headingHtml(entries.heading),
      `<ol style="margin:0;padding:0 26px">\n${items.join('\n')}\n</ol>`,
    ].join('\n'),
    footer: [...notes.map(dataToHtml), ...links.map(({ label, url }) => labelledLink(label, url)), dataToHtml(postal)],
  })
}

function digestText({ locale, intro, model, entries, notes, links }: DigestMailContent, postal: string): string {
  const texts = mailTexts(locale)
  const items = entries.list.map((one, n) => {
    const mark = `${n + 1}. `
    const lines = [...linesOf(one.text), signed(one, locale)].map((line) => wrap(line, TEXT_COLUMNS - mark.length))
    return hang(mark, isolated(locale, lines.join('\n')))
  })
  const footer = [
    ...notes.map((note) => wrap(note)),
    ...links.map(({ label, url }) => `${labelled(texts, label)} ${isolatedLink(locale, url)}`),
    postal,
  ]
  return tidy(
    [
      wrap(intro),
      ...(model === undefined ? [] : [titled(model.heading), proseText(model.prose)]),
      titled(entries.heading),
      ...items,
      `-- \n${footer.join('\n')}`,
    ].join('\n\n'),
  )
}

const signed = ({ name, place }: DigestMailEntry, locale: string): string => plainLine(joinList(locale, [name, place]))

const linesOf = (text: string): string[] => text.split('\n').map(plainLine)

/** A line as it was typed, without characters that would change the direction of other text. */
const plainLine = (line: string): string => withoutDirections(oneLine(line))
