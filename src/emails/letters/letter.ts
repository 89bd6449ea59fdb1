import { type Campaign, textIn } from '../../campaigns/campaign.ts'
import { letterLocale, letterWords, type Target } from '../../campaigns/letter-language.ts'
import { proseForMail } from '../../campaigns/text/absolute-links.ts'
import { isolated, isolatedLine, isolatedLink } from '../../campaigns/text/isolates.ts'
import type { Prose } from '../../campaigns/text/prose.ts'
import { proseText, tidy, wrap } from '../../campaigns/text/prose-text.ts'
import { salutationLine } from '../../campaigns/text/salutation.ts'
import { oneLine } from '../../kit/characters.ts'
import { directionOf } from '../../kit/locales.ts'
import { absolute, paths } from '../../paths.ts'
import { labelled, mailTexts } from '../mail-texts.ts'
import { dataToHtml } from '../template/escape.ts'
import { proseHtml } from '../template/prose-html.ts'
import type { Template } from '../template/template.ts'
import type { MailSender } from '../template/template-context.ts'
import { labelledLink, mailPage } from './mail-page.ts'

/** What a writer adds to the model letter. Each field is one line. */
export type Writer = { name: string; place?: string | undefined; sentence: string }

/**
 * Prose of a letter from one writer to one target: the salutation, the writer's own sentence, the model letter, and the writer's name.
 * The sentence comes first, because what all letters share is read least.
 */
export function letterProse(campaign: Campaign, target: Target, writer: Writer, publicUrl = ''): Prose {
  const { sentence, signature } = ownProse(writer)
  return [...salutationProse(campaign, target), ...sentence, ...modelBody(campaign, target, publicUrl), ...signature]
}

/** The writer's parts of a letter: their sentence, which follows the salutation, and their name and place, which end the letter. */
export const ownProse = ({ name, place, sentence }: Writer): { sentence: Prose; signature: Prose } => ({
  sentence: [{ kind: 'paragraph', children: [textNode(sentence)] }],
  signature: [
    {
      kind: 'paragraph',
      children: place === undefined ? [textNode(name)] : [textNode(name), { kind: 'break' }, textNode(place)],
    },
  ],
})

/** HTML of a letter. The writer's words have `dir="auto"`, because they may be in another script than the letter. */
export function letterHtml(campaign: Campaign, target: Target, writer: Writer, publicUrl: string): string {
  const direction = directionOf(letterLocale(campaign, target))
  const { sentence, signature } = ownProse(writer)
  const own = (prose: Prose) => `<div dir="auto" style="text-align:start">${proseHtml(prose, direction)}</div>`
  return [
    proseHtml(salutationProse(campaign, target), direction),
    own(sentence),
    proseHtml(modelBody(campaign, target, publicUrl), direction),
    own(signature),
  ].join('\n')
}

/** The part that all letters to a target share: the salutation and the model letter. */
export const modelProse = (campaign: Campaign, target: Target, publicUrl = ''): Prose => [
  ...salutationProse(campaign, target),
  ...modelBody(campaign, target, publicUrl),
]

/** The salutation of a target, in the language of letters to it. */
export function salutationProse(campaign: Campaign, target: Target): Prose {
  const locale = letterLocale(campaign, target)
  return [{ kind: 'paragraph', children: [textNode(salutationLine(textIn(target.salutation, locale), locale))] }]
}

/** The model letter in the target's language. Links are absolute with `publicUrl`; a page of this site and paper need none. */
export function modelBody(campaign: Campaign, target: Target, publicUrl = ''): Prose {
  const { letter = [] } = letterWords(campaign, target)
  return proseForMail(letter, letterLocale(campaign, target), publicUrl)
}

const textNode = (text: string) => ({ kind: 'text' as const, text: oneLine(text) })

/** Plain text of a letter, as receipts quote it. */
export const letterText = (campaign: Campaign, target: Target, writer: Writer, publicUrl: string): string =>
  proseText(letterProse(campaign, target, writer, publicUrl))

/** Where a reader at a target chooses how letters come: a page, or an address if others read the letter in Cc. */
export type LetterWish = { page: string } | { writeTo: string }

/**
 * Mail with one letter. The template has no slots, because two letters share no more than the model. A footer in the target's
 * language names the sender, links to the campaign page, and says where the reader chooses how letters come.
 */
export function letterTemplate(
  campaign: Campaign,
  target: Target,
  writer: Writer,
  sender: MailSender,
  wish?: LetterWish,
): Template {
  const locale = letterLocale(campaign, target)
  const prose = letterProse(campaign, target, writer, sender.publicUrl)
  const title = oneLine(letterWords(campaign, target).title)
  const texts = mailTexts(locale)
  const sent = oneLine(texts.t('letter.sent', { name: writer.name, sender: sender.senderName }))
  const page = absolute(sender.publicUrl, paths.campaign(texts.locale, campaign.slug))
  const links: Array<[label: string, url: string]> = [[texts.t('letter.about'), page]]
  const notes = [sent]
  if (wish && 'page' in wish) links.push([texts.t('letter.wish'), wish.page])
  else if (wish) notes.push(texts.t('letter.wish-cc', { address: isolatedLink(locale, wish.writeTo) }))
  const postal = isolated(locale, oneLine(sender.postalAddress))
  const html = mailPage({
    locale,
    title,
    content: letterHtml(campaign, target, writer, sender.publicUrl),
    footer: [...notes.map(dataToHtml), ...links.map(([label, url]) => labelledLink(label, url)), dataToHtml(postal)],
  })
  const lines = links.map(([label, url]) => `${labelled(texts, label)} ${isolatedLink(locale, url)}`)
  const footer = [...notes.map((note) => wrap(note)), ...lines, postal]
  const text = tidy(`${proseText(prose)}\n\n-- \n${footer.join('\n')}`)
  return {
    email: 'letter-to-target',
    locale,
    hash: '',
    subject: [isolatedLine(locale, title)],
    html: [html],
    text: [text],
  }
}
