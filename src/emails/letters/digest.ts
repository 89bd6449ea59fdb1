import { type Campaign, textIn, wordsIn } from '../../campaigns/campaign.ts'
import { letterLocale, letterWords, type Target } from '../../campaigns/letter-language.ts'
import { withAbsoluteLinks } from '../../campaigns/text/absolute-links.ts'
import type { Prose } from '../../campaigns/text/prose.ts'
import { proseText, tidy, wrap } from '../../campaigns/text/prose-text.ts'
import { oneLine } from '../../kit/characters.ts'
import { directionOf, FALLBACK_LOCALE } from '../../kit/locales.ts'
import { formatMessage } from '../../kit/messages.ts'
import { absolute, paths } from '../../paths.ts'
import { emailStrings } from '../bundled.gen.ts'
import { dataToHtml } from '../template/escape.ts'
import { linkHtml, proseHtml } from '../template/prose-html.ts'
import type { Template } from '../template/template.ts'
import type { MailSender } from '../template/template-context.ts'
import { modelProse } from './letter.ts'

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

/** Translator for the e-mail texts in `locale`; English if they do not exist in it. `spoken` is the language used. */
function translatorFor(locale: string) {
  const spoken = emailStrings[locale] === undefined ? FALLBACK_LOCALE : locale
  const t = (key: string, values = {}) => formatMessage(emailStrings[spoken] ?? {}, spoken, key, values)
  return { spoken, t }
}

/**
 * Digest of letters to one target: the model letter once, then each writer's addition. The letters are also attached for
 * printing.
 */
export function digestMail(
  campaign: Campaign,
  target: Target,
  entries: readonly DigestMailEntry[],
  sender: MailSender,
): Template {
  const locale = letterLocale(campaign, target)
  const { spoken, t } = translatorFor(locale)
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
      links: [{ label: t('letter.about'), url: pageOf(campaign, spoken, sender) }],
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
  const { spoken, t } = translatorFor(locale)
  const { title, letter = [] } = wordsIn(campaign, locale)
  const count = entries.length
  const names = targets.map(({ name, role }) => textIn(name ?? role, locale))
  const list = new Intl.ListFormat(spoken, { type: 'conjunction' }).format(names)
  return renderDigest(
    {
      email: 'copies',
      locale,
      subject: t('copies.subject', { count, title }),
      intro: t('copies.intro', { count, targets: list, sender: sender.senderName }),
      model: { heading: t('digest.letter'), prose: withAbsoluteLinks(letter, sender.publicUrl) },
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
  const { spoken, t } = translatorFor(locale)
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

function renderDigest(
  { email, locale, subject, intro, model, entries: added, notes, links }: DigestMailContent,
  sender: MailSender,
): Template {
  const direction = directionOf(locale)
  const title = oneLine(subject)
  const signed = ({ name, place }: DigestMailEntry) => oneLine(place === undefined ? name : `${name}, ${place}`)
  const legal = oneLine(sender.postalAddress)
  const modelHtml =
    model === undefined ? '' : `<h2>${dataToHtml(model.heading)}</h2>\n${proseHtml(model.prose, direction)}\n`
  const footer = [
    ...notes.map(dataToHtml),
    ...links.map(({ label, url }) => `${dataToHtml(label)}: ${linkHtml(url, dataToHtml(url))}`),
    dataToHtml(legal),
  ]
  const html = `<!doctype html>
<html lang="${locale}" dir="${direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${dataToHtml(title)}</title></head>
<body dir="${direction}">
<p>${dataToHtml(intro)}</p>
${modelHtml}<h2>${dataToHtml(added.heading)}</h2>
<ol>
${added.list
  .map(
    (one) =>
      `<li><p dir="auto">${linesOf(one.text).map(dataToHtml).join('<br>')}<br><strong>${dataToHtml(signed(one))}</strong></p></li>`,
  )
  .join('\n')}
</ol>
<hr>
<p>${footer.join('<br>\n')}</p>
</body>
</html>`
  const text = tidy(
    [
      wrap(intro),
      ...(model === undefined ? [] : [`${model.heading}\n\n${proseText(model.prose)}`]),
      added.heading,
      ...added.list.map(
        (one, n) =>
          `${n + 1}. ${linesOf(one.text)
            .map((line) => wrap(line))
            .join('\n')}\n${signed(one)}`,
      ),
      `-- \n${[...notes.map((note) => wrap(note)), ...links.map(({ label, url }) => `${label}: ${url}`), legal].join('\n')}`,
    ].join('\n\n'),
  )
  return { email, locale, hash: '', subject: [title], html: [html], text: [text] }
}

/** Lines as they were typed, without control characters that would change the direction of other text. */
const linesOf = (text: string): string[] => text.split('\n').map(oneLine)
